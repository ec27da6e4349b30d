package dev.tidewatch.monitor.trial;

import java.time.Duration;

/**
 * How a candidate becomes champion.
 *
 * @param canaryBasisPoints share of keys that the canary gets, 0 to 10,000; 0: no canary
 * @param pairsMin pairs before the first verdict, at least 1
 * @param durationMax domain time after which a canary without a verdict is rolled back
 * @param significance level of the test over all looks together, in (0, 0.5]
 * @param approvalNeeded whether a person must agree
 */
public record TrialPlan(
    int canaryBasisPoints,
    int pairsMin,
    Duration durationMax,
    double significance,
    boolean approvalNeeded) {
  private static final int PAIRS_MIN_DEFAULT = 100;
  private static final Duration DURATION_MAX_DEFAULT = Duration.ofDays(7);
  private static final double SIGNIFICANCE_DEFAULT = 0.05;

  /** Promotion at the gate. */
  public static final TrialPlan AT_THE_GATE = TrialPlan.of(0, 0, Duration.ZERO, 0, false);

  public TrialPlan {
    if (canaryBasisPoints < 0
        || canaryBasisPoints > 10_000
        || pairsMin < 1
        || !durationMax.isPositive()
        || !(significance > 0 && significance <= 0.5)) {
      throw new IllegalArgumentException(
          "canary %d basis points, %d pairs, %s, level %s: out of bounds"
              .formatted(canaryBasisPoints, pairsMin, durationMax, significance));
    }
  }

  /** Zero stands for the default: 100 pairs, seven days, 0.05. */
  public static TrialPlan of(
      int canaryBasisPoints,
      int pairsMin,
      Duration durationMax,
      double significance,
      boolean approvalNeeded) {
    return new TrialPlan(
        canaryBasisPoints,
        pairsMin == 0 ? PAIRS_MIN_DEFAULT : pairsMin,
        durationMax.isZero() ? DURATION_MAX_DEFAULT : durationMax,
        significance == 0 ? SIGNIFICANCE_DEFAULT : significance,
        approvalNeeded);
  }

  boolean hasCanary() {
    return canaryBasisPoints > 0;
  }
}
