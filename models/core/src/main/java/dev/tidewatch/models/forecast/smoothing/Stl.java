package dev.tidewatch.models.forecast.smoothing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Seasonal-trend decomposition by loess: Cleveland, Cleveland, McRae and Terpenning, "STL: A
 * Seasonal-Trend Decomposition Procedure Based on Loess", Journal of Official Statistics 6 (1990).
 *
 * <p>The inner loop takes the trend off, smooths each phase of the season over its cycles, takes
 * off what is slow in the result, and smooths the seasonally adjusted values to the next trend. The
 * outer loop weighs values with large remainders down (bisquare).
 */
public final class Stl {

  /**
   * Value = trend + seasonal + remainder, each as long as the values.
   *
   * @param weights robustness weight of each value, 0 to 1
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Decomposition(
      double[] trend, double[] seasonal, double[] remainder, double[] weights) {}

  private final StlSettings settings;
  private final double[] values;
  private final int n;
  private final int period;
  private final double[] trend;
  private final double[] seasonal;

  /** One period longer at both ends than the values. */
  private final double[] cycles;

  private final double[] first;
  private final double[] second;
  private final double[] work;

  private Stl(double[] values, StlSettings settings) {
    this.settings = settings;
    this.values = values;
    this.n = values.length;
    this.period = settings.period();
    this.trend = new double[n];
    this.seasonal = new double[n];
    this.cycles = new double[n + 2 * period];
    this.first = new double[n + 2 * period];
    this.second = new double[n + 2 * period];
    this.work = new double[n + 2 * period];
  }

  /**
   * @param values oldest first, without {@code NaN}; at least two periods
   * @throws IllegalArgumentException if there are fewer
   */
  public static Decomposition decompose(double[] values, StlSettings settings) {
    if (values.length < 2 * settings.period()) {
      throw new IllegalArgumentException(
          "%d values; a season of %d needs at least %d"
              .formatted(values.length, settings.period(), 2 * settings.period()));
    }
    return new Stl(values, settings).run();
  }

  private Decomposition run() {
    double @Nullable [] robustness = null;
    for (int outer = 0; ; outer++) {
      for (int inner = 0; inner < settings.innerRounds(); inner++) {
        innerRound(robustness);
      }
      if (outer == settings.outerRounds()) {
        break;
      }
      robustness = robustnessWeights();
    }
    var remainder = new double[n];
    for (int i = 0; i < n; i++) {
      remainder[i] = values[i] - trend[i] - seasonal[i];
    }
    double[] weights = robustness;
    if (weights == null) {
      weights = new double[n];
      Arrays.fill(weights, 1);
    }
    return new Decomposition(trend, seasonal, remainder, weights);
  }

  private void innerRound(double @Nullable [] robustness) {
    for (int i = 0; i < n; i++) {
      first[i] = values[i] - trend[i];
    }
    smoothCycles(robustness);
    int afterFirst = n + period + 1;
    int afterSecond = n + 2;
    movingAverage(cycles, n + 2 * period, period, first);
    movingAverage(first, afterFirst, period, second);
    movingAverage(second, afterSecond, 3, first);
    settings.lowPass().loess().smooth(first, n, null, second, 0, work);
    for (int i = 0; i < n; i++) {
      seasonal[i] = cycles[period + i] - second[i];
      first[i] = values[i] - seasonal[i];
    }
    settings.trend().loess().smooth(first, n, robustness, trend, 0, work);
  }

  /** Smooths the values of each phase and extends them by one cycle at both ends. */
  private void smoothCycles(double @Nullable [] robustness) {
    Loess loess = settings.seasonal().loess();
    int longest = (n - 1) / period + 1;
    var phase = new double[longest];
    var smoothed = new double[longest + 2];
    double[] phaseWeights = robustness == null ? null : new double[longest];
    for (int p = 0; p < period; p++) {
      int count = (n - 1 - p) / period + 1;
      for (int i = 0; i < count; i++) {
        phase[i] = first[i * period + p];
      }
      if (phaseWeights != null && robustness != null) {
        for (int i = 0; i < count; i++) {
          phaseWeights[i] = robustness[i * period + p];
        }
      }
      loess.smooth(phase, count, phaseWeights, smoothed, 1, work);
      int window = Math.min(loess.window(), count);
      double before = loess.at(0, 1, window, phase, count, phaseWeights, work);
      smoothed[0] = Double.isNaN(before) ? smoothed[1] : before;
      double after =
          loess.at(count + 1, count - window + 1, count, phase, count, phaseWeights, work);
      smoothed[count + 1] = Double.isNaN(after) ? smoothed[count] : after;
      for (int i = 0; i < count + 2; i++) {
        cycles[i * period + p] = smoothed[i];
      }
    }
  }

  /** Means of {@code length} neighbours: {@code n - length + 1} values. */
  private static void movingAverage(double[] in, int n, int length, double[] out) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += in[i];
    }
    out[0] = sum / length;
    for (int i = length; i < n; i++) {
      sum += in[i] - in[i - length];
      out[i - length + 1] = sum / length;
    }
  }

  /** Bisquare of the remainder over six median absolute remainders. */
  private double[] robustnessWeights() {
    var absolute = new double[n];
    for (int i = 0; i < n; i++) {
      absolute[i] = Math.abs(values[i] - trend[i] - seasonal[i]);
    }
    double[] sorted = absolute.clone();
    Arrays.sort(sorted);
    double reach = 3 * (sorted[n / 2] + sorted[n - n / 2 - 1]);
    var weights = new double[n];
    for (int i = 0; i < n; i++) {
      if (absolute[i] <= 0.001 * reach) {
        weights[i] = 1;
      } else if (absolute[i] <= 0.999 * reach) {
        double share = absolute[i] / reach;
        weights[i] = (1 - share * share) * (1 - share * share);
      }
    }
    return weights;
  }
}
