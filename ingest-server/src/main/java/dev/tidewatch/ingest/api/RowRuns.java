package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.intake.SeriesColumn;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.timeseries.Times;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers readings in row form into columns: one for each run of rows of the same series. Takes
 * only rows with nothing wrong in them; the others are for the generated classes. Not thread-safe.
 */
final class RowRuns {
  private static final int SENDER_QUALITY_BITS = 0xff;
  private static final int NANOS_PER_MICRO = 1_000;

  /** Within these, the microseconds fit their 64 bits. */
  private static final long SECONDS_MAX = 9_000_000_000_000L;

  private static final int SERIES = (Reading.SERIES_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int TIME = (Reading.TIME_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int VALUE = (Reading.VALUE_FIELD_NUMBER << 3) | WireReader.FIXED64;
  private static final int QUALITY = (Reading.QUALITY_FIELD_NUMBER << 3) | WireReader.VARINT;
  // Fields of google.protobuf.Timestamp.
  private static final int SECONDS = (1 << 3) | WireReader.VARINT;
  private static final int NANOS = (2 << 3) | WireReader.VARINT;

  private final List<SeriesColumn> columns;
  private String series = "";
  private long[] timesMicros = new long[1];
  private double[] values = new double[1];
  private short @Nullable [] qualities;
  private int size;

  /**
   * @param columns where finished runs go
   */
  RowRuns(List<SeriesColumn> columns) {
    this.columns = columns;
  }

  /** Reads one encoded {@code Reading}. */
  void add(WireReader in) {
    String name = "";
    long timeMicros = 0;
    boolean timed = false;
    double value = 0;
    boolean valued = false;
    int quality = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case SERIES -> name = in.text();
        case TIME -> {
          if (timed) {
            throw new WireReader.Unusual();
          }
          timed = true;
          int outer = in.enter();
          timeMicros = timeMicros(in);
          in.leave(outer);
        }
        case VALUE -> {
          value = Double.longBitsToDouble(in.fixed64());
          valued = true;
        }
        case QUALITY -> quality = (int) in.varint();
        default -> {
          if (tag >>> 3 <= Reading.QUALITY_FIELD_NUMBER) {
            throw new WireReader.Unusual();
          }
          in.skipField(tag);
        }
      }
    }
    if (!timed || !valued) {
      throw new WireReader.Unusual();
    }
    if (size > 0 && !name.equals(series)) {
      finish();
    }
    series = name;
    append(timeMicros, value, quality);
  }

  private static long timeMicros(WireReader in) {
    long seconds = 0;
    int nanos = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case SECONDS -> seconds = in.varint();
        case NANOS -> nanos = (int) in.varint();
        default -> throw new WireReader.Unusual();
      }
    }
    if (seconds > SECONDS_MAX
        || seconds < -SECONDS_MAX
        || nanos < 0
        || nanos > 999_999_999
        || nanos % NANOS_PER_MICRO != 0) {
      throw new WireReader.Unusual();
    }
    return seconds * Times.MICROS_PER_SECOND + nanos / NANOS_PER_MICRO;
  }

  private void append(long timeMicros, double value, int quality) {
    if (size == values.length) {
      timesMicros = Arrays.copyOf(timesMicros, size * 2);
      values = Arrays.copyOf(values, size * 2);
      qualities = qualities == null ? null : Arrays.copyOf(qualities, size * 2);
    }
    timesMicros[size] = timeMicros;
    values[size] = value;
    if (quality != 0 && qualities == null) {
      qualities = new short[values.length];
    }
    if (qualities != null) {
      qualities[size] = (short) (quality & SENDER_QUALITY_BITS);
    }
    size++;
  }

  /** Ends the last run. */
  void finish() {
    if (size == 0) {
      return;
    }
    columns.add(
        new SeriesColumn(
            series,
            Arrays.copyOf(timesMicros, size),
            Arrays.copyOf(values, size),
            qualities == null ? null : Arrays.copyOf(qualities, size),
            null));
    size = 0;
    qualities = null;
  }
}
