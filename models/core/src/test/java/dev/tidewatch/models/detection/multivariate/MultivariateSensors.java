package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;

/** Rows of a made-up machine: two inputs that move together, one alone, one that wanders. */
public final class MultivariateSensors {
  public static final int INPUTS = 4;
  public static final Grid GRID = Grid.ofStep(Duration.ofSeconds(1));

  private MultivariateSensors() {}

  public static double[][] rows(int count, long seed) {
    var random = new SplittableRandom(seed);
    var rows = new double[count][];
    double load = 0;
    double wander = 20;
    for (int i = 0; i < count; i++) {
      load = 0.8 * load + random.nextGaussian();
      wander += 0.2 * random.nextGaussian();
      rows[i] =
          new double[] {
            10 + load + 0.1 * random.nextGaussian(),
            500 - 30 * load + 3 * random.nextGaussian(),
            0.01 * random.nextGaussian(),
            wander + 0.1 * random.nextGaussian()
          };
    }
    return rows;
  }

  public static MultivariateTraining training(
      double[][] rows, int from, int to, Map<String, String> parameters) {
    var inputs = new ArrayList<MultivariateTraining.Input>();
    for (int i = 0; i < rows[0].length; i++) {
      var values = new double[to - from];
      for (int row = from; row < to; row++) {
        values[row - from] = rows[row][i];
      }
      inputs.add(
          new MultivariateTraining.Input(
              new Role("input_" + i, Role.Kind.TARGET),
              new SeriesName("machine/" + i),
              GridWindow.of(GRID, from, values)));
    }
    return new MultivariateTraining(
        inputs,
        Parameters.of(parameters),
        new Provenance("00".repeat(32), "test", 7),
        TrainingProgress.SILENT);
  }
}
