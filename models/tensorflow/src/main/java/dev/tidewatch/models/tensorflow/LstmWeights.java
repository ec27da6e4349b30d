package dev.tidewatch.models.tensorflow;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The network's numbers, row by row. Kernels of the LSTM are [inputs + units, 4 x units] with gates
 * in TensorFlow's order: input, forget, cell, output.
 *
 * <p>{@code lstm1Kernel}: [2 + units, 4 x units] {@code lstm1Bias}: [4 x units] {@code
 * lstm2Kernel}: [2 x units, 4 x units] {@code lstm2Bias}: [4 x units] {@code denseKernel}: [units,
 * dense] {@code denseBias}: [dense] {@code headKernel}: [dense, horizon x heads] {@code headBias}:
 * [horizon x heads] {@code linearKernel}: [linearInputs, horizon] {@code linearBias}: [horizon]
 */
final class LstmWeights {
  private final float[] lstm1Kernel;
  private final float[] lstm1Bias;
  private final float[] lstm2Kernel;
  private final float[] lstm2Bias;
  private final float[] denseKernel;
  private final float[] denseBias;
  private final float[] headKernel;
  private final float[] headBias;
  private final float[] linearKernel;
  private final float[] linearBias;

  LstmWeights(
      float[] lstm1Kernel,
      float[] lstm1Bias,
      float[] lstm2Kernel,
      float[] lstm2Bias,
      float[] denseKernel,
      float[] denseBias,
      float[] headKernel,
      float[] headBias,
      float[] linearKernel,
      float[] linearBias) {
    this.lstm1Kernel = lstm1Kernel;
    this.lstm1Bias = lstm1Bias;
    this.lstm2Kernel = lstm2Kernel;
    this.lstm2Bias = lstm2Bias;
    this.denseKernel = denseKernel;
    this.denseBias = denseBias;
    this.headKernel = headKernel;
    this.headBias = headBias;
    this.linearKernel = linearKernel;
    this.linearBias = linearBias;
  }

  float[] lstm1Kernel() {
    return lstm1Kernel;
  }

  float[] lstm1Bias() {
    return lstm1Bias;
  }

  float[] lstm2Kernel() {
    return lstm2Kernel;
  }

  float[] lstm2Bias() {
    return lstm2Bias;
  }

  float[] denseKernel() {
    return denseKernel;
  }

  float[] denseBias() {
    return denseBias;
  }

  float[] headKernel() {
    return headKernel;
  }

  float[] headBias() {
    return headBias;
  }

  float[] linearKernel() {
    return linearKernel;
  }

  float[] linearBias() {
    return linearBias;
  }

  /** How many tensors are learnt by gradient; the linear map is not. */
  static final int TRAINED = 8;

  /** A head starts out small, so that the network starts out as its linear map. */
  private static final double HEAD_GAIN = 0.1;

  /**
   * Glorot-uniform kernels (Glorot and Bengio 2010); biases 0, the forget gate's 1 (Jozefowicz et
   * al. 2015).
   *
   * @param headBias where the heads start
   */
  static LstmWeights initial(
      LstmShape shape,
      SplittableRandom random,
      float[] headBias,
      float[] linearKernel,
      float[] linearBias) {
    int units = shape.units();
    return new LstmWeights(
        glorot(random, LstmShape.CHANNELS + units, 4 * units, 1),
        forgetting(units),
        glorot(random, 2 * units, 4 * units, 1),
        forgetting(units),
        glorot(random, units, shape.dense(), 1),
        new float[shape.dense()],
        glorot(random, shape.dense(), shape.outputs(), HEAD_GAIN),
        headBias,
        linearKernel,
        linearBias);
  }

  private static float[] glorot(SplittableRandom random, int inputs, int outputs, double gain) {
    double limit = gain * Math.sqrt(6.0 / (inputs + outputs));
    var values = new float[inputs * outputs];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-limit, limit);
    }
    return values;
  }

  private static float[] forgetting(int units) {
    var bias = new float[4 * units];
    for (int i = units; i < 2 * units; i++) {
      bias[i] = 1;
    }
    return bias;
  }

  /** Those learnt by gradient, in the order of the fields. */
  List<float[]> trained() {
    return List.of(
        lstm1Kernel,
        lstm1Bias,
        lstm2Kernel,
        lstm2Bias,
        denseKernel,
        denseBias,
        headKernel,
        headBias);
  }

  /** This with other values for those learnt by gradient. */
  LstmWeights withTrained(List<float[]> trained) {
    return new LstmWeights(
        trained.get(0),
        trained.get(1),
        trained.get(2),
        trained.get(3),
        trained.get(4),
        trained.get(5),
        trained.get(6),
        trained.get(7),
        linearKernel,
        linearBias);
  }
}
