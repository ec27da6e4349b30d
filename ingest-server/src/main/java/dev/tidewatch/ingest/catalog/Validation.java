package dev.tidewatch.ingest.catalog;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a reading of a series must look like.
 *
 * @param valueMin smallest allowed value, in the unit of the series
 * @param valueMax largest allowed value, in the unit of the series
 * @param futureSkewMax how far ahead of the clock a reading may be; empty: the setting of the
 *     server
 * @param changePerSecondMax largest change between neighbours in time, in the unit of the series
 *     per second; above 0
 * @param restartBelow a counter that falls below this has restarted
 * @param staleAfter how long the value may stay the same before readings are flagged; whole
 *     microseconds
 * @param flagViolations true: readings that break a rule are stored with a quality flag instead of
 *     being rejected
 */
public record Validation(
    OptionalDouble valueMin,
    OptionalDouble valueMax,
    Optional<Duration> futureSkewMax,
    OptionalDouble changePerSecondMax,
    OptionalDouble restartBelow,
    Optional<Duration> staleAfter,
    boolean flagViolations) {
  public static final Validation NONE =
      new Validation(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          false);

  public Validation {
    if (valueMin.isPresent()
        && valueMax.isPresent()
        && valueMax.getAsDouble() < valueMin.getAsDouble()) {
      throw new IllegalArgumentException(
          "value_max %s is below value_min %s"
              .formatted(valueMax.getAsDouble(), valueMin.getAsDouble()));
    }
    if (futureSkewMax.isPresent() && futureSkewMax.get().isNegative()) {
      throw new IllegalArgumentException("future_skew_max is negative");
    }
    if (changePerSecondMax.isPresent() && !(changePerSecondMax.getAsDouble() > 0)) {
      throw new IllegalArgumentException("change_per_second_max is not above 0");
    }
    if (staleAfter.isPresent() && !staleAfter.get().isPositive()) {
      throw new IllegalArgumentException("stale_after is not above 0");
    }
    if (staleAfter.isPresent() && staleAfter.get().toNanosPart() % 1_000 != 0) {
      throw new IllegalArgumentException("stale_after is finer than a microsecond");
    }
  }
}
