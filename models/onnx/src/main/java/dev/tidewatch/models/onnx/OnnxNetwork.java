package dev.tidewatch.models.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A network with one input and one output of float32, run by ONNX Runtime on the caller's thread.
 * Thread-safe; answers do not depend on what runs beside it.
 */
public final class OnnxNetwork implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final String inputName;
  private final int inputSize;

  private OnnxNetwork(byte[] onnx) throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(onnx, options);
    }
    if (session.getNumInputs() != 1 || session.getNumOutputs() != 1) {
      session.close();
      throw new IllegalArgumentException("the network does not have one input and one output");
    }
    Map.Entry<String, NodeInfo> input = session.getInputInfo().entrySet().iterator().next();
    inputName = input.getKey();
    if (!(input.getValue().getInfo() instanceof TensorInfo tensor)
        || tensor.getShape().length != 2) {
      session.close();
      throw new IllegalArgumentException("the network's input is not a matrix");
    }
    inputSize = Math.toIntExact(tensor.getShape()[1]);
  }

  /**
   * @param onnx the file
   * @throws IllegalArgumentException if ONNX Runtime refuses it
   */
  public static OnnxNetwork load(byte[] onnx) {
    try {
      return new OnnxNetwork(onnx);
    } catch (OrtException e) {
      throw new IllegalArgumentException("ONNX Runtime refuses the network: " + e.getMessage(), e);
    }
  }

  /** Values in one row of the input. */
  public int inputSize() {
    return inputSize;
  }

  /**
   * @param inputs row after row
   * @param rows how many
   * @return outputs of each row, one after the other
   */
  public float[] run(float[] inputs, int rows) {
    try (OnnxTensor batch =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(inputs), new long[] {rows, inputSize});
        OrtSession.Result result = session.run(Map.of(inputName, batch))) {
      if (!(result.get(0) instanceof OnnxTensor output)) {
        throw new IllegalStateException("the network's output is not a tensor");
      }
      FloatBuffer values = output.getFloatBuffer();
      var outputs = new float[values.remaining()];
      values.get(outputs);
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not let go: " + e.getMessage(), e);
    }
  }
}
