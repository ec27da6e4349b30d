package dev.tidewatch.monitor.retrain;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * When a model is trained again. What is absent is not looked at.
 *
 * @param mapeMax percent, over {@code trailing}
 * @param coverageErrorMax points of a percent between observed and nominal coverage
 * @param onDrift also on strong drift
 * @param ageMax of the champion's version
 * @param cron moments in UTC domain time
 * @param trailing over which the figures are taken
 * @param pairsMin fewer known pairs say nothing
 * @param coolDown domain time from the end of a task to the next
 * @param promotion what happens with a version that passes the gate; empty: the gate alone decides
 * @param disabled off without being removed
 */
public record RetrainPolicy(
    String model,
    OptionalDouble mapeMax,
    OptionalDouble coverageErrorMax,
    boolean onDrift,
    Optional<Duration> ageMax,
    Optional<Cron> cron,
    Duration trailing,
    int pairsMin,
    Duration coolDown,
    Optional<PromotionPlan> promotion,
    boolean disabled) {
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  public static final Duration TRAILING_USUAL = Duration.ofDays(1);
  public static final int PAIRS_MIN_USUAL = 100;
  public static final Duration COOL_DOWN_USUAL = Duration.ofDays(1);

  public RetrainPolicy {
    if (!MODEL.matcher(model).matches()) {
      throw InvalidArgument.field(
          "policy.model",
          "is no model name: 1 to 128 of A-Z a-z 0-9 _ . -, a letter or digit first");
    }
    if (mapeMax.isPresent() && !(mapeMax.getAsDouble() > 0)) {
      throw InvalidArgument.field("policy.mape_max", "must be above 0");
    }
    if (coverageErrorMax.isPresent()
        && !(coverageErrorMax.getAsDouble() > 0 && coverageErrorMax.getAsDouble() <= 100)) {
      throw InvalidArgument.field("policy.coverage_error_max", "must be above 0, at most 100");
    }
    if (ageMax.isPresent()) {
      requirePositive("policy.age_max", ageMax.get());
    }
    requirePositive("policy.trailing", trailing);
    requirePositive("policy.cool_down", coolDown);
    if (pairsMin < 1) {
      throw InvalidArgument.field(
          "policy.pairs_min", "is %d; it must be at least 1".formatted(pairsMin));
    }
  }

  private static void requirePositive(String field, Duration duration) {
    if (!duration.isPositive()) {
      throw InvalidArgument.field(field, "is %s; it must be positive".formatted(duration));
    }
  }
}
