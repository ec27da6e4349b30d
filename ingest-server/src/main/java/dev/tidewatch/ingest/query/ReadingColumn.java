package dev.tidewatch.ingest.query;

import java.util.Arrays;

/** Readings of one series in the order of times. Grows; not thread-safe. */
public final class ReadingColumn {
  private long[] timesMicros = new long[16];
  private double[] values = new double[16];
  private short[] qualities = new short[16];
  private int size;

  public void add(long timeMicros, double value, short quality) {
    if (size == values.length) {
      int capacity = size * 2;
      timesMicros = Arrays.copyOf(timesMicros, capacity);
      values = Arrays.copyOf(values, capacity);
      qualities = Arrays.copyOf(qualities, capacity);
    }
    timesMicros[size] = timeMicros;
    values[size] = value;
    qualities[size++] = quality;
  }

  public int size() {
    return size;
  }

  public long timeMicros(int row) {
    return timesMicros[row];
  }

  public double value(int row) {
    return values[row];
  }

  public short quality(int row) {
    return qualities[row];
  }

  /** The time after the last row, where the next page begins; there must be a row. */
  public long nextMicros() {
    return timesMicros[size - 1] + 1;
  }
}
