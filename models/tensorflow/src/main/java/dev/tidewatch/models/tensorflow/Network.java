package dev.tidewatch.models.tensorflow;

import static java.util.Objects.requireNonNull;

import dev.tidewatch.models.onnx.OnnxEngine;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorSignature;
import java.util.Map;
import java.util.Set;

/** The network of a bundle: windows in, heads out. Thread-safe; closed by whoever loaded it. */
final class Network implements AutoCloseable {
  private final TensorModel tensors;
  private final String input;
  private final String output;

  private Network(TensorModel tensors) {
    TensorSignature signature = tensors.signature();
    if (signature.inputs().size() != 1
        || signature.outputs().size() != 1
        || signature.inputs().getFirst().type() != ElementType.FP32) {
      tensors.close();
      throw new IllegalArgumentException("the network does not have one input and one output");
    }
    this.tensors = tensors;
    this.input = signature.inputs().getFirst().name();
    this.output = signature.outputs().getFirst().name();
  }

  /**
   * @param savedModel the content of {@code saved_model.pb}, served by TensorFlow
   * @throws IllegalArgumentException if it is refused
   */
  static Network ofSavedModel(byte[] savedModel) {
    try {
      return new Network(SavedModelEngine.load(savedModel));
    } catch (TensorModelException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * @param onnx the file, served by ONNX Runtime
   * @throws IllegalArgumentException if it is refused
   */
  static Network ofOnnx(byte[] onnx) {
    try {
      return new Network(OnnxEngine.load(onnx));
    } catch (TensorModelException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * @param windows [rows, inputs], row by row, in the network's units
   * @return [rows, horizon, heads], row by row
   */
  float[] answers(float[] windows, int rows) {
    Tensor given = Tensor.ofFloats(Shape.of(rows, windows.length / rows), windows);
    return requireNonNull(tensors.infer(Map.of(input, given), Set.of()).get(output)).floats();
  }

  /** The network itself; let go of with this. */
  TensorModel tensors() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.close();
  }
}
