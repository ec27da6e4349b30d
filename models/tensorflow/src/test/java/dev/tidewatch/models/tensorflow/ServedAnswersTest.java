package dev.tidewatch.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A network of the default size, served from its files, against the graph that it was trained in.
 */
class ServedAnswersTest {
  private static final int HORIZON = 24;
  private static final double[] QUANTILES = {0.025, 0.05, 0.1, 0.25, 0.75, 0.9, 0.95, 0.975};
  private static final LstmShape SHAPE =
      new LstmShape(48, 336, 50, 25, HORIZON, 1 + QUANTILES.length);
  private static final int ROWS = 128;

  /** Random walks, as distances from their newest values, and how they go on. */
  private static WindowSet walks(SplittableRandom random) {
    int inputs = SHAPE.inputs();
    var windows = new float[ROWS * inputs];
    var targets = new float[ROWS * HORIZON];
    for (int row = 0; row < ROWS; row++) {
      double value = 0;
      for (int i = inputs - 1; i >= 0; i--) {
        windows[row * inputs + i] = (float) value;
        value = 0.98 * value + 0.3 * random.nextGaussian();
      }
      for (int step = 0; step < HORIZON; step++) {
        targets[row * HORIZON + step] = (float) random.nextGaussian();
      }
    }
    return new WindowSet(ROWS, inputs, HORIZON, windows, targets);
  }

  private static float[] small(SplittableRandom random, int size) {
    var values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (0.05 * random.nextGaussian());
    }
    return values;
  }

  private static double largestDifference(
      Network network, WindowSet windows, float[] expected, int batch) {
    double largest = 0;
    for (int from = 0; from < ROWS; from += batch) {
      int rows = Math.min(batch, ROWS - from);
      float[] answers =
          network.answers(
              Arrays.copyOfRange(
                  windows.inputs(), from * SHAPE.inputs(), (from + rows) * SHAPE.inputs()),
              rows);
      assertThat(answers).hasSize(rows * SHAPE.outputs());
      for (int i = 0; i < answers.length; i++) {
        largest = Math.max(largest, Math.abs(answers[i] - expected[from * SHAPE.outputs() + i]));
      }
    }
    return largest;
  }

  @Test
  void equalTheTrainingGraphsInBothEnginesAndAnyBatch() {
    var random = new SplittableRandom(7);
    WindowSet windows = walks(random);
    LstmWeights initial =
        LstmWeights.initial(
            SHAPE,
            random,
            small(random, SHAPE.outputs()),
            small(random, SHAPE.linearInputs() * HORIZON),
            small(random, HORIZON));
    LstmWeights weights;
    float[] expected;
    try (var trainer = new LstmTrainer(SHAPE, initial, QUANTILES, 0.2)) {
      int[] order = new int[ROWS];
      Arrays.setAll(order, i -> i);
      for (int epoch = 0; epoch < 5; epoch++) {
        trainer.epoch(windows, order, 32, 0.01, random);
      }
      weights = trainer.learnt(initial);
      expected = trainer.answers(windows.inputs(), ROWS);
    }
    try (Network tensorflow = Network.ofSavedModel(FrozenSavedModel.write(SHAPE, weights));
        Network onnx = Network.ofOnnx(LstmOnnx.write(SHAPE, weights))) {
      for (int batch : new int[] {1, 5, 64}) {
        assertThat(largestDifference(tensorflow, windows, expected, batch))
            .as("TensorFlow, %d rows a call", batch)
            .isLessThan(1e-5);
        assertThat(largestDifference(onnx, windows, expected, batch))
            .as("ONNX Runtime, %d rows a call", batch)
            .isLessThan(1e-5);
      }
    }
  }
}
