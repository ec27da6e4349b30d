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
 * @param flagViolations true: readings outside the bounds are stored with a quality flag instead of
 *     being rejected
 */
public record Validation(
    OptionalDouble valueMin,
    OptionalDouble valueMax,
    Optional<Duration> futureSkewMax,
    boolean flagViolations) {
  public static final Validation NONE =
      new Validation(OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty(), false);

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
  }
}
