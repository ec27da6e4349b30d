package dev.tidewatch.timeseries;

import java.time.Instant;

/**
 * A time is finer than a microsecond. It is refused rather than rounded, since two readings could
 * fall together.
 */
public final class TimeTooFineException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  TimeTooFineException(Instant time) {
    super(
        "time %s is finer than a microsecond; round it to whole microseconds first"
            .formatted(time));
  }
}
