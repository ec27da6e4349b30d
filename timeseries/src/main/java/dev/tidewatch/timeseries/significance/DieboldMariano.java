package dev.tidewatch.timeseries.significance;

/**
 * Diebold and Mariano's test of equal accuracy (Journal of Business and Economic Statistics 13,
 * 1995), with the small-sample correction and Student's distribution of Harvey, Leybourne and
 * Newbold (International Journal of Forecasting 13, 1997, equations 8 and 9).
 *
 * <p>The long-run variance of the mean difference of losses is that of a process without
 * correlation beyond lag {@code overlap - 1}. Where that estimate is not positive, Bartlett's
 * weights (Newey and West 1987) take its place, which cannot be negative.
 */
public final class DieboldMariano {
  /** Fewer pairs say nothing. */
  public static final int PAIRS_MIN = 4;

  private static final String METHOD = "Diebold-Mariano";

  private DieboldMariano() {}

  /**
   * @param first losses of the first forecaster, in time order
   * @param second losses of the second for the same forecasts
   * @param overlap how many neighbouring losses share truth: the horizon for an origin every step,
   *     1 where origins are a horizon apart
   * @throws IllegalArgumentException if there are fewer than {@link #PAIRS_MIN} pairs, or a loss is
   *     not finite
   */
  public static PairedTest of(double[] first, double[] second, int overlap) {
    int n = first.length;
    if (second.length != n || n < PAIRS_MIN) {
      throw new IllegalArgumentException(
          "%d and %d losses; want at least %d pairs".formatted(n, second.length, PAIRS_MIN));
    }
    if (overlap < 1) {
      throw new IllegalArgumentException("overlap is " + overlap + "; want at least 1");
    }
    var difference = new double[n];
    double mean = 0;
    double largest = 0;
    for (int i = 0; i < n; i++) {
      difference[i] = first[i] - second[i];
      if (!Double.isFinite(difference[i])) {
        throw new IllegalArgumentException("loss %d is not finite".formatted(i));
      }
      mean += difference[i] / n;
      largest = Math.max(largest, Math.abs(difference[i]));
    }
    if (largest == 0) {
      return PairedTest.equal(METHOD, n);
    }
    int h = Math.min(overlap, n / 2);
    double variance = longRunVariance(difference, mean, h, false);
    if (!(variance > 0)) {
      variance = longRunVariance(difference, mean, h, true);
    }
    if (!(variance > 1e-24 * largest * largest)) {
      // The same difference every time: as sure as one can be.
      double sign = Math.signum(mean);
      return new PairedTest(
          METHOD,
          sign * Double.MAX_VALUE,
          n,
          sign < 0 ? 0 : 1,
          sign > 0 ? 0 : 1,
          sign == 0 ? 1 : 0);
    }
    double correction = Math.sqrt((n + 1 - 2.0 * h + h * (h - 1.0) / n) / n);
    double statistic = correction * mean / Math.sqrt(variance / n);
    double below = StudentT.cumulative(statistic, n - 1);
    double above = StudentT.cumulative(-statistic, n - 1);
    return new PairedTest(
        METHOD, statistic, n, below, above, Math.min(1, 2 * Math.min(below, above)));
  }

  private static double longRunVariance(double[] values, double mean, int h, boolean bartlett) {
    double sum = autocovariance(values, mean, 0);
    for (int lag = 1; lag < h; lag++) {
      double weight = bartlett ? 1 - (double) lag / h : 1;
      sum += 2 * weight * autocovariance(values, mean, lag);
    }
    return sum;
  }

  private static double autocovariance(double[] values, double mean, int lag) {
    double sum = 0;
    for (int i = lag; i < values.length; i++) {
      sum += (values[i] - mean) * (values[i - lag] - mean);
    }
    return sum / values.length;
  }
}
