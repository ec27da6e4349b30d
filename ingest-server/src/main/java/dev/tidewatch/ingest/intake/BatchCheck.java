package dev.tidewatch.ingest.intake;

import dev.tidewatch.ingest.catalog.SeriesCatalog;
import dev.tidewatch.ingest.catalog.SeriesEntry;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges every reading of a batch: is its series known, its value finite and within bounds, its
 * time neither too far in the future nor too old. Good readings of a bad batch are kept.
 * Thread-safe.
 */
public final class BatchCheck {
  /** 1900-01-01T00:00Z. */
  public static final long TIME_MIN_MICROS =
      Times.floorToMicros(Instant.parse("1900-01-01T00:00:00Z"));

  /** 2200-01-01T00:00Z, not itself allowed. */
  public static final long TIME_MAX_MICROS =
      Times.floorToMicros(Instant.parse("2200-01-01T00:00:00Z"));

  /** Bits of a reading's quality that belong to the sender. */
  static final int SENDER_BITS = 0xff;

  /** Quality flag: outside the bounds of the series, stored all the same. */
  public static final short OUT_OF_RANGE_FLAG = 256;

  private final SeriesCatalog catalog;
  private final InstantSource clock;
  private final long futureSkewMicros;
  private final Optional<Duration> retention;

  /**
   * @param futureSkewMax for series without a setting of their own
   * @param retention how far back readings are kept; empty: for ever
   */
  public BatchCheck(
      SeriesCatalog catalog,
      InstantSource clock,
      Duration futureSkewMax,
      Optional<Duration> retention) {
    this.catalog = catalog;
    this.clock = clock;
    this.futureSkewMicros = futureSkewMax.toNanos() / 1_000;
    this.retention = retention;
  }

  public CheckedBatch check(ReadingBatch batch) {
    long revision = catalog.revision();
    @Nullable SeriesEntry[] entries = resolve(batch);
    Instant now = clock.instant();
    var bounds = new TimeBounds(Times.floorToMicros(now), oldest(now));
    var columns = new ArrayList<CheckedColumn>(batch.columns().size());
    var rejects = new ArrayList<Reject>(0);
    int firstIndex = 0;
    for (int at = 0; at < entries.length; at++) {
      SeriesColumn column = batch.columns().get(at);
      SeriesEntry entry = entries[at];
      if (entry == null) {
        rejectAll(column, firstIndex, rejects);
      } else if (column.size() > 0) {
        CheckedColumn checked = check(column, entry, firstIndex, bounds, rejects);
        if (checked.goodRows() > 0) {
          columns.add(checked);
        }
      }
      firstIndex += column.size();
    }
    return new CheckedBatch(batch, columns, rejects, revision);
  }

  private long oldest(Instant now) {
    return retention.map(kept -> Times.floorToMicros(now.minus(kept))).orElse(TIME_MIN_MICROS);
  }

  /**
   * The series of each column, null where there is none. What was found in memory is kept: reading
   * the others in may push it out.
   */
  private @Nullable SeriesEntry[] resolve(ReadingBatch batch) {
    var entries = new @Nullable SeriesEntry[batch.columns().size()];
    LinkedHashSet<String> uncached = null;
    for (int at = 0; at < entries.length; at++) {
      String series = batch.columns().get(at).series();
      entries[at] = catalog.cached(series);
      if (entries[at] == null && nameFault(series) == null) {
        if (uncached == null) {
          uncached = new LinkedHashSet<>();
        }
        uncached.add(series);
      }
    }
    if (uncached != null) {
      Map<String, SeriesEntry> found = catalog.resolve(uncached, batch.createUnknown());
      for (int at = 0; at < entries.length; at++) {
        if (entries[at] == null) {
          entries[at] = found.get(batch.columns().get(at).series());
        }
      }
    }
    return entries;
  }

  private static @Nullable String nameFault(String name) {
    try {
      var _ = new SeriesName(name);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private static void rejectAll(SeriesColumn column, int firstIndex, List<Reject> rejects) {
    String fault = nameFault(column.series());
    RejectReason reason =
        fault == null ? RejectReason.SERIES_UNKNOWN : RejectReason.SERIES_NAME_INVALID;
    String message =
        fault == null
            ? "series %s is not in the catalogue; create it, or open with unknown_series = CREATE"
                .formatted(column.series())
            : fault;
    for (int row = 0; row < column.size(); row++) {
      rejects.add(new Reject(firstIndex + row, reason, message));
    }
  }

  private CheckedColumn check(
      SeriesColumn column,
      SeriesEntry entry,
      int firstIndex,
      TimeBounds bounds,
      List<Reject> rejects) {
    long latest =
        Math.min(bounds.now + entry.futureSkewMicros(futureSkewMicros), TIME_MAX_MICROS - 1);
    long earliest = Math.max(bounds.oldest, TIME_MIN_MICROS);
    short[] qualities = column.qualities == null ? null : column.qualities.clone();
    BitSet rejected = null;
    boolean inOrder = true;
    long previous = Long.MIN_VALUE;
    int good = 0;
    for (int row = 0; row < column.size(); row++) {
      long time = column.timeMicros(row);
      double value = column.value(row);
      boolean withinBounds = value >= entry.valueMin() && value <= entry.valueMax();
      if (column.fault(row) == 0
          && time >= earliest
          && time <= latest
          && Double.isFinite(value)
          && (withinBounds || entry.flagViolations())
          && entry.allows(value)) {
        if (!withinBounds) {
          qualities = qualities == null ? new short[column.size()] : qualities;
          qualities[row] |= OUT_OF_RANGE_FLAG;
        }
        inOrder &= time > previous;
        previous = time;
        good++;
      } else {
        rejected = rejected == null ? new BitSet(column.size()) : rejected;
        rejected.set(row);
        rejects.add(reject(column, row, firstIndex, entry, earliest, latest));
      }
    }
    return new CheckedColumn(entry, column, firstIndex, rejected, qualities, inOrder, good);
  }

  private static Reject reject(
      SeriesColumn column, int row, int firstIndex, SeriesEntry entry, long earliest, long latest) {
    long time = column.timeMicros(row);
    double value = column.value(row);
    RejectReason reason;
    String fault;
    if (column.fault(row) != 0) {
      reason = RejectReason.of(column.fault(row));
      fault =
          switch (reason) {
            case VALUE_MISSING -> "has no value";
            case TIME_TOO_FINE -> "has a time finer than a microsecond; round it before sending";
            default -> "has no time, or one that is out of range";
          };
    } else if (!Double.isFinite(value)) {
      reason = RejectReason.VALUE_NOT_FINITE;
      fault = "has the value " + value + "; leave out what was not measured";
    } else if (time < TIME_MIN_MICROS || time >= TIME_MAX_MICROS) {
      reason = RejectReason.TIME_OUT_OF_RANGE;
      fault = "has a time outside 1900-01-01 to 2200-01-01; is it in microseconds since 1970?";
    } else if (time > latest) {
      reason = RejectReason.TIME_IN_FUTURE;
      fault = "is in the future; the latest time allowed now is " + Times.toInstant(latest);
    } else if (time < earliest) {
      reason = RejectReason.OLDER_THAN_RETENTION;
      fault =
          "is older than what is kept; the oldest time allowed now is " + Times.toInstant(earliest);
    } else if (!entry.allows(value)) {
      reason = RejectReason.VALUE_NOT_ALLOWED;
      fault = "has the value " + value + ", which is not one of the values of the series";
    } else {
      reason = RejectReason.VALUE_OUT_OF_RANGE;
      fault =
          "has the value %s; allowed are %s to %s"
              .formatted(value, entry.valueMin(), entry.valueMax());
    }
    String at = reason == RejectReason.TIME_OUT_OF_RANGE ? "" : " at " + Times.toInstant(time);
    return new Reject(firstIndex + row, reason, "reading of " + entry.name() + at + " " + fault);
  }

  private record TimeBounds(long now, long oldest) {}
}
