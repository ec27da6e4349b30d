package dev.tidewatch.models.tensorflow;

import java.util.SplittableRandom;

/**
 * A network of the LSTM family that has learnt nothing, in both of the forms that it is served in:
 * for measuring and testing what serves models. Input {@code window} FP32 [-1, {@link #INPUTS}],
 * output {@code heads} FP32 [-1, {@link #HORIZON}, {@link #HEADS}]; two LSTM layers of 50 units
 * read 30 steps.
 */
public final class LstmExample {
  public static final int STEPS = 30;
  public static final int HORIZON = 24;
  public static final int HEADS = 3;

  /** Values in a window: a step more than the LSTM reads, for its first change. */
  public static final int INPUTS = STEPS + 1;

  private static final LstmShape SHAPE = new LstmShape(STEPS, 0, 50, 50, HORIZON, HEADS);

  private LstmExample() {}

  /** The content of {@code saved_model.pb}; the same seed gives the same bytes. */
  public static byte[] savedModel(long seed) {
    TensorFlowRuntime.start();
    return FrozenSavedModel.write(SHAPE, weights(seed));
  }

  /** The same network as ONNX. */
  public static byte[] onnx(long seed) {
    return LstmOnnx.write(SHAPE, weights(seed));
  }

  private static LstmWeights weights(long seed) {
    return LstmWeights.initial(
        SHAPE, new SplittableRandom(seed), new float[SHAPE.outputs()], new float[0], new float[0]);
  }
}
