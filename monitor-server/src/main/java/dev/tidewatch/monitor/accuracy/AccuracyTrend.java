package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.timeseries.significance.MannKendall;
import java.util.Arrays;
import java.util.List;

/**
 * Whether the mean absolute error falls or rises over buckets of time: Mann and Kendall's test says
 * whether there is a trend at all, and Sen's slope whether it is large enough to speak of.
 */
public enum AccuracyTrend {
  /** Not enough buckets to say. */
  UNKNOWN,
  IMPROVING,
  STABLE,
  DEGRADING;

  /** Fewer buckets with a known actual say nothing. */
  static final int BUCKETS_MIN = 6;

  /** A change of the error over the whole range, relative to its median, that counts. */
  static final double CHANGE_MIN = 0.05;

  private static final double SIGNIFICANCE = 0.05;
  private static final int VALUES_MAX = 500;

  /** The trend of buckets in order of time. */
  public static AccuracyTrend of(List<AccuracyBucket> buckets) {
    double[] errors =
        thinned(
            buckets.stream()
                .map(bucket -> bucket.figures().mae())
                .filter(mae -> mae.isPresent())
                .mapToDouble(mae -> mae.getAsDouble())
                .toArray());
    if (errors.length < BUCKETS_MIN) {
      return UNKNOWN;
    }
    MannKendall test = MannKendall.of(errors);
    double[] sorted = errors.clone();
    Arrays.sort(sorted);
    double change = Math.abs(test.slope()) * (errors.length - 1);
    if (test.twoSided() >= SIGNIFICANCE || change < CHANGE_MIN * sorted[sorted.length / 2]) {
      return STABLE;
    }
    return test.slope() > 0 ? DEGRADING : IMPROVING;
  }

  /** Means of as many neighbours as leave few enough values. */
  private static double[] thinned(double[] values) {
    int width = Math.ceilDiv(values.length, VALUES_MAX);
    if (width <= 1) {
      return values;
    }
    var means = new double[values.length / width];
    for (int i = 0; i < means.length; i++) {
      means[i] = Arrays.stream(values, i * width, (i + 1) * width).average().orElseThrow();
    }
    return means;
  }
}
