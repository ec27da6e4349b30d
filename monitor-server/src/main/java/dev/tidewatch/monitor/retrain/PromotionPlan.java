package dev.tidewatch.monitor.retrain;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Duration;

/**
 * What happens with a version that passes the gate.
 *
 * @param canaryBasisPoints share of keys that the canary gets, 0 to 10,000; 0: no canary
 * @param pairsMin shadow pairs before a verdict
 * @param durationMax domain time after which a canary without a verdict is rolled back
 * @param significance level of the Diebold-Mariano test, in (0, 0.5]
 * @param approvalNeeded stop before promotion and wait for a person
 */
public record PromotionPlan(
    int canaryBasisPoints,
    int pairsMin,
    Duration durationMax,
    double significance,
    boolean approvalNeeded) {
  public static final int PAIRS_MIN_USUAL = 100;
  public static final Duration DURATION_MAX_USUAL = Duration.ofDays(7);
  public static final double SIGNIFICANCE_USUAL = .05;

  /** Where a model has none: the gate alone decides. */
  public static final PromotionPlan AT_THE_GATE =
      new PromotionPlan(0, PAIRS_MIN_USUAL, DURATION_MAX_USUAL, SIGNIFICANCE_USUAL, false);

  public PromotionPlan {
    if (canaryBasisPoints < 0 || canaryBasisPoints > 10_000) {
      throw InvalidArgument.field(
          "policy.promotion.canary_basis_points",
          "is %d; it must be 0 to 10000".formatted(canaryBasisPoints));
    }
    if (pairsMin < 1) {
      throw InvalidArgument.field(
          "policy.promotion.pairs_min", "is %d; it must be at least 1".formatted(pairsMin));
    }
    if (!durationMax.isPositive()) {
      throw InvalidArgument.field(
          "policy.promotion.duration_max", "is %s; it must be positive".formatted(durationMax));
    }
    if (!(significance > 0 && significance <= .5)) {
      throw InvalidArgument.field(
          "policy.promotion.significance", "is %s; it must be in (0, 0.5]".formatted(significance));
    }
  }
}
