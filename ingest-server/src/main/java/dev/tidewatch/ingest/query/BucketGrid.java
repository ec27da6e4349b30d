package dev.tidewatch.ingest.query;

import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * Buckets of a fixed width, numbered without gaps: bucket {@code k} begins {@code k} widths after
 * local midnight of 1970-01-01. Buckets of whole days follow local days, which last 23 to 25 hours
 * where clocks change; others have fixed width.
 *
 * @param width whole seconds, at least 1
 */
public record BucketGrid(Duration width, ZoneId zone) {
  private static final long DAY_SECONDS = 86_400;

  public BucketGrid {
    if (width.toSeconds() < 1 || width.toNanosPart() != 0) {
      throw new IllegalArgumentException("must be whole seconds, at least 1");
    }
  }

  /** The bucket that holds the time. */
  public long indexAt(long timeMicros) {
    if (days() > 0) {
      long day = Times.toInstant(timeMicros).atZone(zone).toLocalDate().toEpochDay();
      return Math.floorDiv(day, days());
    }
    return Math.floorDiv(timeMicros - anchorMicros(), widthMicros());
  }

  /** First instant of the bucket; that after the one before. */
  public long startMicros(long index) {
    if (days() > 0) {
      return Times.floorToMicros(
          LocalDate.ofEpochDay(index * days()).atStartOfDay(zone).toInstant());
    }
    return anchorMicros() + index * widthMicros();
  }

  private long days() {
    return width.toSeconds() % DAY_SECONDS == 0 ? width.toSeconds() / DAY_SECONDS : 0;
  }

  private long widthMicros() {
    return width.toSeconds() * Times.MICROS_PER_SECOND;
  }

  private long anchorMicros() {
    return Times.floorToMicros(LocalDate.EPOCH.atStartOfDay(zone).toInstant());
  }
}
