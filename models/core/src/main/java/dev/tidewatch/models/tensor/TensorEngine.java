package dev.tidewatch.models.tensor;

import java.io.IOException;
import java.nio.file.Path;

/** Loads models of one format. Stateless and thread-safe; natives are loaded when first needed. */
public interface TensorEngine {
  TensorFormat format();

  /** What runs the models, by the protocol's platform names, such as {@code onnxruntime_onnx}. */
  String platform();

  /**
   * @param artifact a file; for {@link TensorFormat#SAVED_MODEL_ZIP} the SavedModel's folder will
   *     do too
   * @return a model that has not answered yet; the caller closes it
   * @throws TensorModelException if the file is no sound model
   * @throws IOException if it cannot be read
   */
  TensorModel load(Path artifact) throws IOException;
}
