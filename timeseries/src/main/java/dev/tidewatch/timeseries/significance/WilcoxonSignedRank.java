package dev.tidewatch.timeseries.significance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945): whether paired losses differ, by the
 * ranks of their differences, so that a few wild forecasts decide nothing. Pairs without difference
 * are left out. Exact up to {@value #EXACT_PAIRS_MAX} pairs without ties; beyond that by the normal
 * approximation with corrections for ties and continuity (Hollander and Wolfe 1973).
 *
 * <p>It takes the pairs for independent: one loss for each series, say, not one for each of many
 * overlapping origins.
 */
public final class WilcoxonSignedRank {
  static final int EXACT_PAIRS_MAX = 50;

  private static final String METHOD = "Wilcoxon signed-rank";

  private WilcoxonSignedRank() {}

  /**
   * The statistic is the difference of the rank sums, over their total: -1 (the first always loses
   * less) to 1.
   *
   * @param first losses of the first
   * @param second losses of the second, pair by pair
   * @throws IllegalArgumentException if the lengths differ, there is no pair, or a loss is not
   *     finite
   */
  public static PairedTest of(double[] first, double[] second) {
    if (first.length != second.length || first.length == 0) {
      throw new IllegalArgumentException(
          "%d and %d losses; want as many of each".formatted(first.length, second.length));
    }
    double[] differences =
        IntStream.range(0, first.length).mapToDouble(i -> first[i] - second[i]).toArray();
    if (Arrays.stream(differences).anyMatch(d -> !Double.isFinite(d))) {
      throw new IllegalArgumentException("a loss is not finite");
    }
    double[] sorted =
        Arrays.stream(differences)
            .filter(d -> d != 0)
            .boxed()
            .sorted(Comparator.comparingDouble(Math::abs))
            .mapToDouble(Double::doubleValue)
            .toArray();
    int n = sorted.length;
    if (n == 0) {
      return PairedTest.equal(METHOD, first.length);
    }
    double positive = 0;
    double tieSum = 0;
    for (int from = 0; from < n; ) {
      int to = from + 1;
      while (to < n && Math.abs(sorted[to]) == Math.abs(sorted[from])) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        positive += sorted[i] > 0 ? rank : 0;
      }
      double tied = to - from;
      tieSum += tied * tied * tied - tied;
      from = to;
    }
    double total = n * (n + 1) / 2.0;
    boolean exact = n <= EXACT_PAIRS_MAX && tieSum == 0;
    double below = exact ? exactBelow(positive, n) : normalBelow(positive, n, tieSum);
    double above =
        exact ? exactBelow(total - positive, n) : normalBelow(total - positive, n, tieSum);
    return new PairedTest(
        METHOD,
        (2 * positive - total) / total,
        n,
        below,
        above,
        Math.min(1, 2 * Math.min(below, above)));
  }

  /** Probability of a rank sum at or below the one seen, counted over all signs. */
  private static double exactBelow(double rankSum, int n) {
    int total = n * (n + 1) / 2;
    var ways = new double[total + 1];
    ways[0] = 1;
    for (int rank = 1; rank <= n; rank++) {
      for (int sum = total; sum >= rank; sum--) {
        ways[sum] += ways[sum - rank];
      }
    }
    double below = 0;
    for (int sum = 0; sum <= rankSum; sum++) {
      below += ways[sum];
    }
    return Math.min(1, below / Math.pow(2, n));
  }

  private static double normalBelow(double rankSum, int n, double tieSum) {
    double mean = n * (n + 1) / 4.0;
    double variance = n * (n + 1.0) * (2 * n + 1) / 24 - tieSum / 48;
    double z = (rankSum - mean + 0.5) / Math.sqrt(variance);
    // The normal distribution as Student's with as many degrees of freedom as matter.
    return StudentT.cumulative(z, 1e9);
  }
}
