package dev.tidewatch.registry.signature;

import com.fasterxml.jackson.core.JacksonException;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.TensorSignature;
import dev.tidewatch.registry.domain.TensorSpec;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;

/** Reads signatures as a stream goes by; what is large in a file is skipped, not kept. */
public final class SignatureReader {
  private static final int TENSORS_MAX = 256;
  private static final int RANK_MAX = 16;

  private SignatureReader() {}

  /** Whether files of a format say it themselves. */
  public static boolean reads(ArtifactFormat format) {
    return format != ArtifactFormat.BUNDLE;
  }

  /**
   * Reads what it needs, which may be less than all.
   *
   * @throws UnreadableModelException if the file is not of the format, or says nothing that can be
   *     served
   */
  public static TensorSignature read(ArtifactFormat format, InputStream file) throws IOException {
    try {
      TensorSignature signature =
          switch (format) {
            case SAVED_MODEL_ZIP -> SavedModelSignature.read(file);
            case ONNX -> OnnxSignature.read(file);
            case XGBOOST_JSON -> XgboostSignature.read(file);
            case TRIBUO_PROTOBUF -> TribuoSignature.read(file);
            case BUNDLE -> throw new IllegalArgumentException("bundles are not read here");
          };
      require("input", signature.inputs());
      require("output", signature.outputs());
      return signature;
    } catch (InvalidProtocolBufferException
        | JacksonException
        | ZipException
        | EOFException
        | NumberFormatException e) {
      throw new UnreadableModelException("it is no such file: " + e.getMessage(), e);
    }
  }

  private static void require(String side, List<TensorSpec> specs) {
    if (specs.isEmpty() || specs.size() > TENSORS_MAX) {
      throw new UnreadableModelException(
          "it has %d %ss; 1 to %d can be served".formatted(specs.size(), side, TENSORS_MAX));
    }
    Set<String> names = new HashSet<>();
    for (TensorSpec spec : specs) {
      if (spec.name().isEmpty() || !names.add(spec.name())) {
        throw new UnreadableModelException(
            "two of its %ss are named '%s'".formatted(side, spec.name()));
      }
      if (spec.shape().size() > RANK_MAX
          || spec.shape().stream().anyMatch(size -> size < TensorSpec.ANY)) {
        throw new UnreadableModelException(
            "its %s %s has a shape that cannot be served".formatted(side, spec));
      }
    }
  }
}
