package dev.tidewatch.sdk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Readings of one series that gather for a batch; its arrays serve one batch after the other. Not
 * thread-safe.
 */
final class OpenColumn {
  private static final int FIRST_ROWS = 8;

  private final byte[] series;
  private long[] timesMicros = new long[FIRST_ROWS];
  private double[] values = new double[FIRST_ROWS];
  private int @Nullable [] qualities;
  private int size;

  OpenColumn(String series) {
    this.series = series.getBytes(StandardCharsets.UTF_8);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** What it holds in memory, full or empty. */
  int keptBytes() {
    return 64 + series.length + 20 * values.length;
  }

  void append(long timeMicros, double value, int quality) {
    ensure(1);
    timesMicros[size] = timeMicros;
    values[size] = value;
    if (quality != 0 && qualities == null) {
      qualities = new int[values.length];
    }
    if (qualities != null) {
      qualities[size] = quality;
    }
    size++;
  }

  void append(long[] times, double[] more, int from, int count) {
    ensure(count);
    System.arraycopy(times, from, timesMicros, size, count);
    System.arraycopy(more, from, values, size, count);
    if (qualities != null) {
      Arrays.fill(qualities, size, size + count, 0);
    }
    size += count;
  }

  private void ensure(int more) {
    if (values.length - size < more) {
      int length = Math.max(values.length * 2, size + more);
      timesMicros = Arrays.copyOf(timesMicros, length);
      values = Arrays.copyOf(values, length);
      if (qualities != null) {
        qualities = Arrays.copyOf(qualities, length);
      }
    }
  }

  void clear() {
    size = 0;
    qualities = null;
  }

  /** Length of the encoded {@code SeriesReadings}. */
  int encodedBytes() {
    int qualityBytes = qualityBytes();
    return (series.length == 0 ? 0 : 1 + WireBytes.varintSize(series.length) + series.length)
        + 2 * (1 + WireBytes.varintSize(8L * size) + 8 * size)
        + (qualityBytes == 0 ? 0 : 1 + WireBytes.varintSize(qualityBytes) + qualityBytes);
  }

  private int qualityBytes() {
    int bytes = 0;
    if (qualities != null) {
      for (int i = 0; i < size; i++) {
        bytes += WireBytes.varintSize(qualities[i] & 0xffff_ffffL);
      }
    }
    return bytes;
  }

  /** Writes the encoded {@code SeriesReadings}. */
  void encodeTo(WireBytes out) {
    if (series.length > 0) {
      out.bytes(1, series);
    }
    out.tag(2, WireBytes.BYTES);
    out.varint(8L * size);
    ByteBuffer times = out.reserve(8 * size);
    times.asLongBuffer().put(timesMicros, 0, size);
    out.tag(3, WireBytes.BYTES);
    out.varint(8L * size);
    ByteBuffer packed = out.reserve(8 * size);
    packed.asDoubleBuffer().put(values, 0, size);
    int qualityBytes = qualityBytes();
    if (qualityBytes > 0 && qualities != null) {
      out.tag(4, WireBytes.BYTES);
      out.varint(qualityBytes);
      for (int i = 0; i < size; i++) {
        out.varint(qualities[i] & 0xffff_ffffL);
      }
    }
  }
}
