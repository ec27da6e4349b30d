package dev.tidewatch.models.onnx;

import ai.onnxruntime.OrtException;
import dev.tidewatch.models.tensor.TensorEngine;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorModelException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** ONNX files, run by ONNX Runtime on the caller's thread. */
public final class OnnxEngine implements TensorEngine {
  @Override
  public TensorFormat format() {
    return TensorFormat.ONNX;
  }

  @Override
  public String platform() {
    return "onnxruntime_onnx";
  }

  @Override
  public TensorModel load(Path artifact) throws IOException {
    if (Files.size(artifact) > Integer.MAX_VALUE - 8) {
      throw new TensorModelException(Reason.TOO_LARGE, "the ONNX file has more than 2 GiB");
    }
    return load(Files.readAllBytes(artifact));
  }

  /**
   * @param onnx the file
   * @return a model that has not answered yet; the caller closes it
   * @throws TensorModelException if the file is no sound model
   */
  public static TensorModel load(byte[] onnx) {
    Optional<TensorModel> identity = IdentityGraph.of(onnx);
    if (identity.isPresent()) {
      return identity.get();
    }
    try {
      return OnnxTensorModel.load(onnx);
    } catch (OrtException e) {
      throw new TensorModelException(
          Reason.DAMAGED, "ONNX Runtime refuses the file: " + e.getMessage(), e);
    }
  }
}
