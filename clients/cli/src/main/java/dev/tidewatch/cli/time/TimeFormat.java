package dev.tidewatch.cli.time;

import java.util.Locale;

/** How the time column of a file is written. */
public enum TimeFormat {
  /** ISO or epoch, told apart by its shape; the unit of an epoch by its size. */
  AUTO(0),
  /** Date and time of day, with or without a zone. */
  ISO(0),
  EPOCH_S(1_000_000),
  EPOCH_MS(1_000),
  EPOCH_US(1),
  EPOCH_NS(1);

  /** Microseconds in one unit; for nanoseconds see {@link TimeReader}. */
  final long unitMicros;

  TimeFormat(long unitMicros) {
    this.unitMicros = unitMicros;
  }

  /** As typed on the command line: {@code epoch-ms}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
