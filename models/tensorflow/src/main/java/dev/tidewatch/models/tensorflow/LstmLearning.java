package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.training.EarlyStop;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.RobustStatistics;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Learns the network: the linear map in closed form, then the LSTM by gradient on what the map
 * leaves, epoch by epoch, until windows that are not trained on stop getting better; the weights of
 * the best epoch are kept.
 */
final class LstmLearning {
  private LstmLearning() {}

  /** What came out. */
  static final class Learnt {
    private final LstmWeights weights;
    private final int epochs;
    private final int bestEpoch;
    private final double bestLoss;
    private final float[] calibrationAnswers;

    Learnt(
        LstmWeights weights,
        int epochs,
        int bestEpoch,
        double bestLoss,
        float[] calibrationAnswers) {
      this.weights = weights;
      this.epochs = epochs;
      this.bestEpoch = bestEpoch;
      this.bestLoss = bestLoss;
      this.calibrationAnswers = calibrationAnswers;
    }

    LstmWeights weights() {
      return weights;
    }

    /** How many were run. */
    int epochs() {
      return epochs;
    }

    /** The one whose weights these are; 0 for those that training began with. */
    int bestEpoch() {
      return bestEpoch;
    }

    /** On the windows that stop the training. */
    double bestLoss() {
      return bestLoss;
    }

    /** The training graph's answers on the calibration windows, [rows, horizon, heads]. */
    float[] calibrationAnswers() {
      return calibrationAnswers;
    }
  }

  /**
   * @param quantiles of the heads after the first
   */
  static Learnt learn(
      LstmShape shape,
      LstmSettings settings,
      double[] quantiles,
      WindowSet training,
      WindowSet stopping,
      WindowSet calibration,
      long seed,
      TrainingProgress progress) {
    progress.at("linear map", 0);
    LinearMap linear =
        shape.linearInputs() == 0
            ? LinearMap.none(shape.horizon())
            : LinearMap.fit(shape.linearInputs(), training, stopping);
    WindowSet trainingRest = training.withoutLinear(linear);
    WindowSet stoppingRest = stopping.withoutLinear(linear);
    var random = new SplittableRandom(seed);
    LstmWeights initial =
        LstmWeights.initial(
            shape,
            random,
            headStart(shape, trainingRest, quantiles),
            linear.kernel(),
            linear.bias());
    try (var trainer = new LstmTrainer(shape, initial, quantiles, settings.dropout())) {
      var stop = new EarlyStop(settings.patience(), 0);
      LstmWeights best = initial;
      boolean isDone = stop.shouldStop(trainer.loss(stoppingRest));
      int epoch = 0;
      int[] order = new int[training.count()];
      Arrays.setAll(order, i -> i);
      while (!isDone && epoch < settings.epochsMax()) {
        progress.at("train", (double) epoch / settings.epochsMax());
        shuffle(order, random);
        double loss =
            trainer.epoch(trainingRest, order, settings.batch(), settings.learningRate(), random);
        epoch++;
        progress.metric("training_loss", epoch, loss);
        double unseen = trainer.loss(stoppingRest);
        progress.metric("validation_loss", epoch, unseen);
        isDone = stop.shouldStop(unseen);
        if (stop.bestStep() == epoch) {
          best = trainer.learnt(initial);
        }
      }
      progress.at("train", 1);
      trainer.restore(best);
      return new Learnt(
          best,
          epoch,
          stop.bestStep(),
          stop.best(),
          trainer.answers(calibration.inputs(), calibration.count()));
    }
  }

  /** Each head's bias where the LSTM says nothing yet: its statistic of what the map leaves. */
  private static float[] headStart(LstmShape shape, WindowSet rest, double[] quantiles) {
    var bias = new float[shape.outputs()];
    for (int step = 0; step < shape.horizon(); step++) {
      var values = new double[rest.count()];
      int count = 0;
      double sum = 0;
      for (int row = 0; row < rest.count(); row++) {
        float value = rest.targets()[row * shape.horizon() + step];
        if (!Float.isNaN(value)) {
          values[count++] = value;
          sum += value;
        }
      }
      if (count > 0) {
        double[] present = Arrays.copyOf(values, count);
        bias[step * shape.heads()] = (float) (sum / count);
        for (int head = 1; head < shape.heads(); head++) {
          bias[step * shape.heads() + head] =
              (float) RobustStatistics.quantile(present, quantiles[head - 1]);
        }
      }
    }
    return bias;
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
}
