package dev.tidewatch.timeseries.significance;

import java.util.Arrays;

/**
 * Mann and Kendall's test of a monotonic trend (Mann, Econometrica 13, 1945; Kendall 1975), with
 * the corrections for ties and continuity, and the slope of Theil (1950) and Sen (Journal of the
 * American Statistical Association 63, 1968).
 *
 * @param score rises minus falls over all pairs of values
 * @param twoSided probability of a score as far from 0 if there were no trend, by the normal
 *     approximation
 * @param slope median change from one value to the next
 */
public record MannKendall(long score, double twoSided, double slope) {
  /** Fewer values say nothing. */
  public static final int VALUES_MIN = 4;

  /** More would take all pairs of them too long: average neighbours first. */
  public static final int VALUES_MAX = 2_000;

  /**
   * @param values at equal distances, finite
   * @throws IllegalArgumentException if there are too few or too many, or one is not finite
   */
  public static MannKendall of(double... values) {
    int n = values.length;
    if (n < VALUES_MIN || n > VALUES_MAX) {
      throw new IllegalArgumentException(
          "%d values; want %d to %d".formatted(n, VALUES_MIN, VALUES_MAX));
    }
    long score = 0;
    var slopes = new double[n * (n - 1) / 2];
    int pair = 0;
    for (int i = 0; i < n; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException("value %d is not finite".formatted(i));
      }
      for (int j = i + 1; j < n; j++) {
        double change = values[j] - values[i];
        score += (long) Math.signum(change);
        slopes[pair++] = change / (j - i);
      }
    }
    return new MannKendall(score, probability(score, values), median(slopes));
  }

  private static double probability(long score, double[] values) {
    double n = values.length;
    double variance = n * (n - 1) * (2 * n + 5);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    for (int from = 0; from < sorted.length; ) {
      int to = from;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      double ties = to - from;
      variance -= ties * (ties - 1) * (2 * ties + 5);
      from = to;
    }
    if (score == 0 || !(variance > 0)) {
      return 1;
    }
    double z = (Math.abs(score) - 1) / Math.sqrt(variance / 18);
    // The normal distribution as Student's with as many degrees of freedom as matter.
    return Math.min(1, 2 * StudentT.cumulative(-z, 1e9));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
