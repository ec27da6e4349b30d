package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.forecast.Gaps;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows and what followed them, in the network's units.
 *
 * <p>{@code count}: of windows {@code inputs}: [count, inputs], row by row {@code targets}: [count,
 * horizon], row by row; {@code NaN} where a value is missing
 */
final class WindowSet {
  private final int count;
  private final int inputSize;
  private final int horizon;
  private final float[] inputs;
  private final float[] targets;

  WindowSet(int count, int inputSize, int horizon, float[] inputs, float[] targets) {
    this.count = count;
    this.inputSize = inputSize;
    this.horizon = horizon;
    this.inputs = inputs;
    this.targets = targets;
  }

  int count() {
    return count;
  }

  int inputSize() {
    return inputSize;
  }

  int horizon() {
    return horizon;
  }

  float[] inputs() {
    return inputs;
  }

  float[] targets() {
    return targets;
  }

  /**
   * A place to forecast from.
   *
   * @param at offset of the first step forecast
   */
  record Origin(History history, int at) {}

  /**
   * A series from its first value on.
   *
   * <p>{@code closed}: without gaps {@code observed}: the same with gaps
   */
  static final class History {
    private final double[] closed;
    private final double[] observed;

    History(double[] closed, double[] observed) {
      this.closed = closed;
      this.observed = observed;
    }

    double[] closed() {
      return closed;
    }

    double[] observed() {
      return observed;
    }

    static History of(GridWindow series) {
      GridWindow closed = Gaps.close(series);
      GridWindow filled = series.filled();
      return new History(
          closed.values(), filled.slice(filled.size() - closed.size(), filled.size()).values());
    }
  }

  /**
   * The origins of a series by what they are for: the newest calibrate intervals, those before stop
   * the training, all earlier ones are trained on; no target of one part lies in a later part.
   */
  record Parts(List<Origin> training, List<Origin> stopping, List<Origin> calibration) {
    static Parts of(List<History> histories, int inputs, int horizon) {
      var parts = new Parts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (History history : histories) {
        int size = history.closed().length;
        int tail = Math.max(Math.round(0.15f * size), horizon + TAIL_ORIGINS_MIN - 1);
        int calibrationFrom = size - tail;
        int stoppingFrom = calibrationFrom - tail;
        addOrigins(parts.training(), history, inputs, stoppingFrom - horizon);
        addOrigins(
            parts.stopping(), history, Math.max(inputs, stoppingFrom), calibrationFrom - horizon);
        addOrigins(parts.calibration(), history, Math.max(inputs, calibrationFrom), size - horizon);
      }
      return parts;
    }

    private static void addOrigins(List<Origin> origins, History history, int first, int last) {
      for (int at = first; at <= last; at++) {
        origins.add(new Origin(history, at));
      }
    }
  }

  private static final int TAIL_ORIGINS_MIN = 16;

  /** At most {@code max} of them, evenly spread, the newest always among them. */
  static List<Origin> thinned(List<Origin> origins, int max) {
    if (origins.size() <= max) {
      return origins;
    }
    var kept = new ArrayList<Origin>(max);
    for (int i = 1; i <= max; i++) {
      kept.add(origins.get((int) ((long) i * origins.size() / max) - 1));
    }
    return kept;
  }

  static WindowSet of(List<Origin> origins, int inputs, int horizon, WindowScaling scaling) {
    var windows = new float[Math.multiplyExact(origins.size(), inputs)];
    var targets = new float[Math.multiplyExact(origins.size(), horizon)];
    for (int row = 0; row < origins.size(); row++) {
      double[] closed = origins.get(row).history().closed();
      double[] observed = origins.get(row).history().observed();
      int at = origins.get(row).at();
      double scale = scaling.scale(closed, at - inputs, inputs);
      WindowScaling.scaled(closed, at - inputs, inputs, scale, windows, row * inputs);
      for (int step = 0; step < horizon; step++) {
        targets[row * horizon + step] = (float) ((observed[at + step] - closed[at - 1]) / scale);
      }
    }
    return new WindowSet(origins.size(), inputs, horizon, windows, targets);
  }

  /** The same windows with what a linear map leaves of the targets. */
  WindowSet withoutLinear(LinearMap linear) {
    float[] rest = targets.clone();
    for (int row = 0; row < count; row++) {
      double[] mean = linear.apply(inputs, (row + 1) * inputSize);
      for (int step = 0; step < horizon; step++) {
        rest[row * horizon + step] -= (float) mean[step];
      }
    }
    return new WindowSet(count, inputSize, horizon, inputs, rest);
  }
}
