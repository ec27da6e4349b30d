package dev.tidewatch.ingest.feed;

import dev.tidewatch.timeseries.Times;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads from a stored section, without decoding its values, which hours of which series it changed.
 * The counterpart of {@link SectionWriter}; does not depend on the order of fields.
 */
public final class SectionChanges {
  private static final int WIRE_VARINT = 0;
  private static final int WIRE_FIXED64 = 1;
  private static final int WIRE_BYTES = 2;
  private static final int WIRE_FIXED32 = 5;

  // Fields of ShardSection.
  private static final int DELETIONS = 3;
  private static final int READINGS = 4;
  // Fields of ReadingsChange and ReadingsDeletion.
  private static final int SERIES_ID = 2;
  private static final int TIMES = 4;
  private static final int START_TIME = 3;
  private static final int END_TIME = 4;
  // Fields of Timestamp.
  private static final int SECONDS = 1;
  private static final int NANOS = 2;

  /** Takes what changed. */
  public interface Sink {
    /**
     * Readings of an hour were stored; an hour may come several times.
     *
     * @param hour hours since 1970-01-01T00:00Z
     */
    void hour(int seriesId, int hour);

    /** Readings of a half-open span were deleted; open ends are the extremes of {@code long}. */
    void deleted(int seriesId, long fromMicros, long toMicros);
  }

  private SectionChanges() {}

  /**
   * @throws IllegalArgumentException if the bytes are not a section
   */
  public static void read(byte[] section, Sink sink) {
    ByteBuffer in = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (in.hasRemaining()) {
        int tag = (int) varint(in);
        if (tag == (READINGS << 3 | WIRE_BYTES)) {
          readings(message(in), sink);
        } else if (tag == (DELETIONS << 3 | WIRE_BYTES)) {
          deletion(message(in), sink);
        } else {
          skip(in, tag);
        }
      }
    } catch (java.nio.BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a section is cut off", e);
    }
  }

  private static void readings(ByteBuffer entry, Sink sink) {
    int seriesId = seriesId(entry.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    long hourBegin = 0;
    long hourEnd = 0;
    while (entry.hasRemaining()) {
      int tag = (int) varint(entry);
      if (tag != (TIMES << 3 | WIRE_BYTES)) {
        skip(entry, tag);
        continue;
      }
      ByteBuffer times = message(entry);
      while (times.hasRemaining()) {
        long time = times.getLong();
        if (time < hourBegin || time >= hourEnd) {
          long hour = Math.floorDiv(time, Times.MICROS_PER_HOUR);
          hourBegin = hour * Times.MICROS_PER_HOUR;
          hourEnd = hourBegin + Times.MICROS_PER_HOUR;
          sink.hour(seriesId, Math.toIntExact(hour));
        }
      }
    }
  }

  private static int seriesId(ByteBuffer entry) {
    while (entry.hasRemaining()) {
      int tag = (int) varint(entry);
      if (tag == (SERIES_ID << 3 | WIRE_VARINT)) {
        return Math.toIntExact(varint(entry));
      }
      skip(entry, tag);
    }
    throw new IllegalArgumentException("a section holds readings of no series");
  }

  private static void deletion(ByteBuffer entry, Sink sink) {
    int seriesId = seriesId(entry.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    long from = Long.MIN_VALUE;
    long to = Long.MAX_VALUE;
    while (entry.hasRemaining()) {
      int tag = (int) varint(entry);
      if (tag == (START_TIME << 3 | WIRE_BYTES)) {
        from = timestamp(message(entry));
      } else if (tag == (END_TIME << 3 | WIRE_BYTES)) {
        to = timestamp(message(entry));
      } else {
        skip(entry, tag);
      }
    }
    sink.deleted(seriesId, from, to);
  }

  private static long timestamp(ByteBuffer time) {
    long micros = 0;
    while (time.hasRemaining()) {
      int tag = (int) varint(time);
      if (tag == (SECONDS << 3 | WIRE_VARINT)) {
        micros += varint(time) * Times.MICROS_PER_SECOND;
      } else if (tag == (NANOS << 3 | WIRE_VARINT)) {
        micros += varint(time) / 1_000;
      } else {
        skip(time, tag);
      }
    }
    return micros;
  }

  private static ByteBuffer message(ByteBuffer in) {
    int length = Math.toIntExact(varint(in));
    ByteBuffer message = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return message;
  }

  private static void skip(ByteBuffer in, int tag) {
    int bytes =
        switch (tag & 7) {
          case WIRE_VARINT -> {
            varint(in);
            yield 0;
          }
          case WIRE_FIXED64 -> 8;
          case WIRE_BYTES -> Math.toIntExact(varint(in));
          case WIRE_FIXED32 -> 4;
          default ->
              throw new IllegalArgumentException("a section has a field of wire type " + (tag & 7));
        };
    if (bytes < 0 || bytes > in.remaining()) {
      throw new IllegalArgumentException("a section is cut off");
    }
    in.position(in.position() + bytes);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a section holds too long a number");
  }
}
