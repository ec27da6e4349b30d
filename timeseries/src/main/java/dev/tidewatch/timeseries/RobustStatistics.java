package dev.tidewatch.timeseries;

import java.util.Arrays;

/** Location and scale that a few wild values do not move. Empty input gives {@code NaN}. */
public final class RobustStatistics {
  /**
   * Makes the median absolute deviation of normal values estimate their standard deviation: 1 /
   * quantile(0.75).
   */
  public static final double MAD_TO_SIGMA = 1.482602218505602;

  private RobustStatistics() {}

  public static double median(double... values) {
    return quantile(values, 0.5);
  }

  /** Median of the absolute deviations from the median, not scaled. */
  public static double medianAbsoluteDeviation(double... values) {
    double median = median(values);
    double[] deviations = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      deviations[i] = Math.abs(values[i] - median);
    }
    return median(deviations);
  }

  /**
   * Sample quantile by linear interpolation of order statistics (type 7 of Hyndman and Fan 1996,
   * the default of R and NumPy).
   *
   * @param probability 0 to 1
   */
  public static double quantile(double[] values, double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability is %s; it must be 0 to 1".formatted(probability));
    }
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = probability * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    double fraction = position - below;
    return fraction == 0
        ? sorted[below]
        : sorted[below] + fraction * (sorted[above] - sorted[below]);
  }
}
