package dev.tidewatch.timeseries.energy;

import java.util.Optional;

/**
 * Pearson correlation of two series on one grid at the lag where it is strongest.
 *
 * @param coefficient -1 to 1
 * @param lag by how many intervals the second follows the first; negative: leads
 * @param pairs intervals where both have a value, at that lag
 */
public record LaggedCorrelation(double coefficient, int lag, int pairs) {
  /**
   * Looks at every lag from {@code -lagMax} to {@code lagMax} that has at least half as many pairs
   * as the best-filled one, so that a few pairs at the far ends do not win by chance. Of equally
   * strong lags the shortest is taken, then the positive one.
   *
   * @param first one value per interval, {@code NaN} where missing
   * @param second of the same length
   * @param pairsMin fewer pairs do not count, at least 3
   * @return empty where no lag has enough pairs, or one side never changes
   */
  public static Optional<LaggedCorrelation> strongest(
      double[] first, double[] second, int lagMax, int pairsMin) {
    if (first.length != second.length || lagMax < 0 || pairsMin < 3) {
      throw new IllegalArgumentException(
          "%d and %d values, lags up to %d, at least %d pairs"
              .formatted(first.length, second.length, lagMax, pairsMin));
    }
    // Sums of squares of values far from zero would lose their digits.
    double[] x = centred(first);
    double[] y = centred(second);
    int reach = Math.min(lagMax, first.length);
    var found = new LaggedCorrelation[2 * reach + 1];
    int pairsMost = 0;
    for (int lag = -reach; lag <= reach; lag++) {
      LaggedCorrelation at = at(x, y, lag);
      found[lag + reach] = at;
      pairsMost = Math.max(pairsMost, at.pairs());
    }
    LaggedCorrelation best = null;
    for (int distance = 0; distance <= reach; distance++) {
      for (int lag : distance == 0 ? new int[] {0} : new int[] {distance, -distance}) {
        LaggedCorrelation at = found[lag + reach];
        boolean enough = at.pairs() >= pairsMin && 2L * at.pairs() >= pairsMost;
        if (enough
            && !Double.isNaN(at.coefficient())
            && (best == null || Math.abs(at.coefficient()) > Math.abs(best.coefficient()))) {
          best = at;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static double[] centred(double[] values) {
    double sum = 0;
    int count = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    double mean = count == 0 ? 0 : sum / count;
    var centred = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      centred[i] = values[i] - mean;
    }
    return centred;
  }

  private static LaggedCorrelation at(double[] x, double[] y, int lag) {
    int begin = Math.max(0, -lag);
    int end = Math.min(x.length, y.length - lag);
    int pairs = 0;
    double sumX = 0;
    double sumY = 0;
    double sumXx = 0;
    double sumYy = 0;
    double sumXy = 0;
    for (int i = begin; i < end; i++) {
      double a = x[i];
      double b = y[i + lag];
      if (!Double.isNaN(a) && !Double.isNaN(b)) {
        pairs++;
        sumX += a;
        sumY += b;
        sumXx += a * a;
        sumYy += b * b;
        sumXy += a * b;
      }
    }
    double varianceX = sumXx - sumX * sumX / pairs;
    double varianceY = sumYy - sumY * sumY / pairs;
    boolean changes = varianceX > 1e-12 * sumXx && varianceY > 1e-12 * sumYy;
    double coefficient =
        pairs > 0 && changes
            ? Math.clamp(
                (sumXy - sumX * sumY / pairs) / Math.sqrt(varianceX * varianceY), -1.0, 1.0)
            : Double.NaN;
    return new LaggedCorrelation(coefficient, lag, pairs);
  }
}
