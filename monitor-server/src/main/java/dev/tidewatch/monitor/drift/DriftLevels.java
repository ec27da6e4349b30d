package dev.tidewatch.monitor.drift;

import dev.tidewatch.timeseries.drift.DriftMeasures;
import java.util.Arrays;

/**
 * How large an effect makes which level. Sample sizes play no part beyond what chance alone makes
 * of the divergences, which is taken off first; so more data of the same kind never change a
 * verdict.
 *
 * <p>PSI of .1 and .25 are the customary marks; the others are what a normal distribution gives
 * when it is moved by about half a deviation and by one. At least two of the four must reach a
 * mark.
 */
final class DriftLevels {
  private static final double[] PSI = {0.1, 0.25};
  private static final double[] KOLMOGOROV_SMIRNOV = {0.2, 0.4};
  private static final double[] WASSERSTEIN = {0.5, 1};
  private static final double[] JENSEN_SHANNON = {0.05, 0.15};
  private static final double[] MISSING = {0.1, 0.3};

  private DriftLevels() {}

  static DriftLevel of(DriftMeasures measures) {
    int[] marks = {
      marks(measures.psi() - measures.psiExpected(), PSI),
      marks(measures.kolmogorovSmirnov(), KOLMOGOROV_SMIRNOV),
      marks(measures.wasserstein(), WASSERSTEIN),
      marks(measures.jensenShannon() - measures.jensenShannonExpected(), JENSEN_SHANNON)
    };
    Arrays.sort(marks);
    return level(marks[2]);
  }

  /**
   * @param more share of intervals without a reading beyond that of the reference
   */
  static DriftLevel ofMissing(double more) {
    return level(marks(more, MISSING));
  }

  private static int marks(double value, double[] marks) {
    return value >= marks[1] ? 2 : value >= marks[0] ? 1 : 0;
  }

  private static DriftLevel level(int marks) {
    return switch (marks) {
      case 0 -> DriftLevel.NONE;
      case 1 -> DriftLevel.MODERATE;
      default -> DriftLevel.STRONG;
    };
  }
}
