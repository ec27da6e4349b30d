package dev.tidewatch.registry.domain;

import java.time.Duration;
import java.util.Optional;

/**
 * What a version must show before a protected alias may name it.
 *
 * @param ageMax older evidence does not count; empty: any age
 * @param sameSignature the signature must equal that of the version named now, except across a
 *     major number
 */
public record GatePolicy(
    Optional<Duration> ageMax,
    Optional<PairedTestGate> pairedTest,
    Optional<CoverageGate> coverage,
    Optional<DataGate> data,
    boolean sameSignature) {
  /** Asks for nothing. */
  public static final GatePolicy NONE =
      new GatePolicy(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);

  public GatePolicy {
    if (ageMax.isPresent() && !ageMax.get().isPositive()) {
      throw new IllegalArgumentException("evidence_age_max: must be above 0");
    }
  }

  /**
   * The version must not lose against the one named now.
   *
   * @param pairsMin origins needed
   * @param significance level of the one-sided test, in (0, 0.5]
   * @param better it must be significantly better; else it must not be significantly worse
   */
  public record PairedTestGate(String measure, int pairsMin, double significance, boolean better) {
    public static final int PAIRS_MIN_USUAL = 30;
    public static final double SIGNIFICANCE_USUAL = 0.05;

    public PairedTestGate {
      if (pairsMin < 1) {
        throw new IllegalArgumentException("paired_test.pairs_min: must not be negative");
      }
      if (!(significance > 0 && significance <= 0.5)) {
        throw new IllegalArgumentException("paired_test.significance: must be in (0, 0.5]");
      }
    }
  }

  /**
   * Intervals must hold what they promise.
   *
   * @param differenceMax of observed and nominal, in (0, 1)
   * @param intervalsMin needed
   */
  public record CoverageGate(double differenceMax, long intervalsMin) {
    public static final double DIFFERENCE_MAX_USUAL = 0.05;
    public static final long INTERVALS_MIN_USUAL = 100;

    public CoverageGate {
      if (!(differenceMax > 0 && differenceMax < 1)) {
        throw new IllegalArgumentException("coverage.difference_max: must be in (0, 1)");
      }
      if (intervalsMin < 1) {
        throw new IllegalArgumentException("coverage.intervals_min: must not be negative");
      }
    }
  }

  /** Enough data must have gone in. */
  public record DataGate(long rowsMin, Duration spanMin) {
    public DataGate {
      if (rowsMin < 0) {
        throw new IllegalArgumentException("data.rows_min: must not be negative");
      }
      if (spanMin.isNegative()) {
        throw new IllegalArgumentException("data.span_min: must not be negative");
      }
    }
  }
}
