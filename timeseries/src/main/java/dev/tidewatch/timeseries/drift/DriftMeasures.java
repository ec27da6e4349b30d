package dev.tidewatch.timeseries.drift;

import java.util.TreeSet;

/**
 * How far two distributions are apart.
 *
 * @param psi population stability index over the reference's deciles: sum (p - q) ln(p / q), each
 *     share taken as if half a sample more had fallen into its bin
 * @param psiExpected what it would be on average, were both samples of one distribution: (bins - 1)
 *     (1/n + 1/m), the mean of the chi-squared distribution that it then has (Yurdakul and Naranjo
 *     2020, "Statistical properties of the population stability index")
 * @param kolmogorovSmirnov greatest distance of the cumulative distributions, 0 to 1
 * @param wasserstein area between them (Wasserstein-1), in standard deviations of the reference
 * @param jensenShannon Jensen-Shannon divergence in bits over the same bins, 0 to 1
 * @param jensenShannonExpected as {@code psiExpected}: an eighth of it, in bits
 */
public record DriftMeasures(
    double psi,
    double psiExpected,
    double kolmogorovSmirnov,
    double wasserstein,
    double jensenShannon,
    double jensenShannonExpected) {
  private static final int BINS = 10;

  /**
   * @param referenceSamples how many values the reference stands for, 1 or more
   * @param currentSamples how many the other stands for, 1 or more
   */
  public static DriftMeasures between(
      Distribution reference, long referenceSamples, Distribution current, long currentSamples) {
    if (referenceSamples < 1 || currentSamples < 1) {
      throw new IllegalArgumentException(
          "%d and %d samples; each must be 1 or more".formatted(referenceSamples, currentSamples));
    }
    // Points with much of the mass make equal deciles; each edge counts once.
    var edges = new TreeSet<Double>();
    for (int i = 1; i < BINS; i++) {
      edges.add(reference.quantile((double) i / BINS));
    }
    int bins = edges.size() + 1;
    double psi = 0;
    double jensenShannon = 0;
    double referenceBelow = 0;
    double currentBelow = 0;
    for (int bin = 0; bin < bins; bin++) {
      Double edge = edges.pollFirst();
      double referenceUpTo = edge == null ? 1 : reference.cumulative(edge);
      double currentUpTo = edge == null ? 1 : current.cumulative(edge);
      double p = smoothed(referenceUpTo - referenceBelow, referenceSamples, bins);
      double q = smoothed(currentUpTo - currentBelow, currentSamples, bins);
      psi += (q - p) * Math.log(q / p);
      double middle = (p + q) / 2;
      jensenShannon += (p * Math.log(p / middle) + q * Math.log(q / middle)) / 2;
      referenceBelow = referenceUpTo;
      currentBelow = currentUpTo;
    }
    double expected = (bins - 1) * (1.0 / referenceSamples + 1.0 / currentSamples);
    double[] points = reference.pointsWith(current);
    double greatest = 0;
    double area = 0;
    for (int i = 0; i < points.length; i++) {
      double apart = Math.abs(reference.cumulative(points[i]) - current.cumulative(points[i]));
      greatest = Math.max(greatest, apart);
      if (i + 1 < points.length) {
        area += apart * (points[i + 1] - points[i]);
      }
    }
    return new DriftMeasures(
        psi,
        expected,
        greatest,
        area / unit(reference),
        Math.clamp(jensenShannon / Math.log(2), 0, 1),
        expected / (8 * Math.log(2)));
  }

  private static double smoothed(double share, long samples, int bins) {
    return (share * samples + 0.5) / (samples + 0.5 * bins);
  }

  /** A reference that never moved has no deviation; its size stands in. */
  private static double unit(Distribution reference) {
    double size = Math.abs(reference.mean());
    return Math.max(reference.deviation(), Math.max(size * 1e-3, 1e-12));
  }
}
