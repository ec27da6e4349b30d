package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.SplitConformal;
import java.util.Arrays;
import java.util.List;

/**
 * Values of coming grid intervals: one mean per step and one [lower, upper] per step and level.
 * Immutable; all values finite.
 */
public final class Forecast {
  private final long firstIndex;
  private final double[] mean;
  private final List<Double> levels;
  private final double[][] lower;
  private final double[][] upper;

  /**
   * @param firstIndex grid interval of the first step
   * @param mean by step
   * @param levels nominal coverages of the intervals, each between 0 and 1
   * @param lower by level, then step
   * @param upper by level, then step
   */
  public Forecast(
      long firstIndex, double[] mean, List<Double> levels, double[][] lower, double[][] upper) {
    if (mean.length == 0 || lower.length != levels.size() || upper.length != levels.size()) {
      throw new IllegalArgumentException(
          "a forecast has at least one step, and one interval per level and step");
    }
    requireFinite(mean, mean.length);
    for (int level = 0; level < lower.length; level++) {
      requireFinite(lower[level], mean.length);
      requireFinite(upper[level], mean.length);
    }
    this.firstIndex = firstIndex;
    this.mean = mean.clone();
    this.levels = List.copyOf(levels);
    this.lower = copy(lower);
    this.upper = copy(upper);
  }

  /**
   * With conformal intervals, as wide below the mean as above.
   *
   * @param firstIndex grid interval of the first step
   * @param mean by step
   * @param unit that the conformal residuals are measured in
   */
  public static Forecast around(
      long firstIndex, double[] mean, List<Double> levels, SplitConformal conformal, double unit) {
    var lower = new double[levels.size()][mean.length];
    var upper = new double[levels.size()][mean.length];
    for (int level = 0; level < levels.size(); level++) {
      for (int step = 0; step < mean.length; step++) {
        double halfWidth = conformal.halfWidth(step, levels.get(level)) * unit;
        lower[level][step] = mean[step] - halfWidth;
        upper[level][step] = mean[step] + halfWidth;
      }
    }
    return new Forecast(firstIndex, mean, levels, lower, upper);
  }

  private static void requireFinite(double[] values, int length) {
    if (values.length != length) {
      throw new IllegalArgumentException("%d values for %d steps".formatted(values.length, length));
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("forecast value %s is not finite".formatted(value));
      }
    }
  }

  private static double[][] copy(double[][] rows) {
    return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
  }

  /** Grid interval of the first step. */
  public long firstIndex() {
    return firstIndex;
  }

  public int horizon() {
    return mean.length;
  }

  public List<Double> levels() {
    return levels;
  }

  /** Expected value at a step, 0 being the first. */
  public double mean(int step) {
    return mean[step];
  }

  public double lower(int levelIndex, int step) {
    return lower[levelIndex][step];
  }

  public double upper(int levelIndex, int step) {
    return upper[levelIndex][step];
  }

  /** A copy, by step. */
  public double[] means() {
    return mean.clone();
  }

  /** A copy, by step. */
  public double[] lowers(int levelIndex) {
    return lower[levelIndex].clone();
  }

  /** A copy, by step. */
  public double[] uppers(int levelIndex) {
    return upper[levelIndex].clone();
  }
}
