package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.onnx.OnnxNetwork;

/** The network as ONNX, in ONNX Runtime. */
final class OnnxRuntimeNetwork implements Network {
  private final OnnxNetwork network;

  private OnnxRuntimeNetwork(OnnxNetwork network) {
    this.network = network;
  }

  /**
   * @throws IllegalArgumentException if ONNX Runtime refuses it
   */
  static OnnxRuntimeNetwork load(byte[] onnx) {
    return new OnnxRuntimeNetwork(OnnxNetwork.load(onnx));
  }

  @Override
  public float[] answers(float[] windows, int rows) {
    return network.run(windows, rows);
  }

  @Override
  public void close() {
    network.close();
  }
}
