package dev.tidewatch.timeseries;

/**
 * One measured value.
 *
 * @param timeMicros microseconds since the epoch, UTC
 * @param value finite, in the unit of the series
 */
public record Reading(long timeMicros, double value) {
  public Reading {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("value %s of a reading is not finite".formatted(value));
    }
  }
}
