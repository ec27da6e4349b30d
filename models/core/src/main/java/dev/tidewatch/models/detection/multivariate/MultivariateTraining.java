package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;

/**
 * What a detector of several aligned series is fitted on: ordinary times, as far as is known.
 *
 * @param inputs ordered; windows of one grid over the same intervals, gaps unfilled
 * @param parameters settings of the family; unknown ones are refused
 * @param provenance recorded in the bundle
 * @param progress told how far it is
 */
public record MultivariateTraining(
    List<Input> inputs, Parameters parameters, Provenance provenance, TrainingProgress progress) {
  /** So many inputs at most. */
  public static final int INPUTS_MAX = 1_000;

  /**
   * One input.
   *
   * @param role its name in the bundle
   * @param series what it is trained on
   * @param window its values; NaN where missing
   */
  public record Input(Role role, SeriesName series, GridWindow window) {}

  public MultivariateTraining {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty() || inputs.size() > INPUTS_MAX) {
      throw new IllegalArgumentException(
          "%d inputs; 1 to %d are allowed".formatted(inputs.size(), INPUTS_MAX));
    }
    GridWindow first = inputs.getFirst().window();
    for (Input input : inputs) {
      GridWindow window = input.window();
      if (!window.grid().equals(first.grid())
          || window.firstIndex() != first.firstIndex()
          || window.size() != first.size()) {
        throw new IllegalArgumentException(
            "window of input %s is not aligned with that of %s"
                .formatted(input.role().name(), inputs.getFirst().role().name()));
      }
    }
  }

  public Grid grid() {
    return inputs.getFirst().window().grid();
  }

  /** Index of the first interval. */
  public long firstIndex() {
    return inputs.getFirst().window().firstIndex();
  }

  /** Number of intervals. */
  public int size() {
    return inputs.getFirst().window().size();
  }

  /** The values of all inputs in one interval; a new array. */
  public double[] row(int offset) {
    return inputs.stream().mapToDouble(input -> input.window().value(offset)).toArray();
  }
}
