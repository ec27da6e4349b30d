package dev.tidewatch.timeseries;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Conversions between {@link Instant} and the project's time on disk and wire: microseconds since
 * 1970-01-01T00:00Z, negative before it.
 */
public final class Times {
  public static final long MICROS_PER_SECOND = 1_000_000L;
  public static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
  public static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
  public static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

  private Times() {}

  /**
   * @throws TimeTooFineException if the time has a part finer than a microsecond
   * @throws IllegalArgumentException if the time does not fit 64 bits of microseconds (about
   *     292,000 years)
   */
  public static long toMicros(Instant time) {
    if (!time.truncatedTo(ChronoUnit.MICROS).equals(time)) {
      throw new TimeTooFineException(time);
    }
    return floorToMicros(time);
  }

  /**
   * As {@link #toMicros(Instant)} for the parts of a protobuf {@code Timestamp}.
   *
   * @param nanos 0 to 999,999,999
   */
  public static long toMicros(long seconds, int nanos) {
    if (nanos < 0 || nanos > 999_999_999) {
      throw new IllegalArgumentException("nanos is %d; it must be 0 to 999999999".formatted(nanos));
    }
    try {
      return toMicros(Instant.ofEpochSecond(seconds, nanos));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "time of %d seconds is out of range".formatted(seconds), e);
    }
  }

  /** The last whole microsecond at or before the time: for clocks, not for what somebody sent. */
  public static long floorToMicros(Instant time) {
    try {
      return Math.addExact(
          Math.multiplyExact(time.getEpochSecond(), MICROS_PER_SECOND), time.getNano() / 1_000);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("time %s is out of range".formatted(time), e);
    }
  }

  public static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
  }
}
