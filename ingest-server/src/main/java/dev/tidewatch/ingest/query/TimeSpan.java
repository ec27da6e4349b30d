package dev.tidewatch.ingest.query;

import dev.tidewatch.ingest.intake.BatchCheck;

/**
 * A half-open span of time, cut to what readings can have.
 *
 * @param fromMicros included
 * @param toMicros not included
 */
public record TimeSpan(long fromMicros, long toMicros) {
  public static final TimeSpan ALL =
      new TimeSpan(BatchCheck.TIME_MIN_MICROS, BatchCheck.TIME_MAX_MICROS);

  public TimeSpan {
    fromMicros = Math.max(fromMicros, BatchCheck.TIME_MIN_MICROS);
    toMicros = Math.clamp(toMicros, fromMicros, Math.max(fromMicros, BatchCheck.TIME_MAX_MICROS));
  }

  public TimeSpan from(long micros) {
    return new TimeSpan(Math.max(micros, fromMicros), toMicros);
  }
}
