package dev.tidewatch.ingest.query;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Readings of one series in the order of times. Never changed after it was made. */
public final class ReadingColumn {
  public static final ReadingColumn EMPTY = new ReadingColumn(new long[0], new double[0], null);

  private final long[] timesMicros;
  private final double[] values;
  private final short @Nullable [] qualities;

  /**
   * @param timesMicros rising; not copied, and not to be changed any more, nor are the others
   * @param qualities null: not asked for, they read as 0
   */
  public ReadingColumn(long[] timesMicros, double[] values, short @Nullable [] qualities) {
    if (values.length != timesMicros.length
        || (qualities != null && qualities.length != timesMicros.length)) {
      throw new IllegalArgumentException("columns of unequal length");
    }
    this.timesMicros = timesMicros;
    this.values = values;
    this.qualities = qualities;
  }

  public int size() {
    return timesMicros.length;
  }

  public long timeMicros(int row) {
    return timesMicros[row];
  }

  public double value(int row) {
    return values[row];
  }

  public short quality(int row) {
    return qualities == null ? 0 : qualities[row];
  }

  /** The time after the last row, where the next page begins; there must be a row. */
  public long nextMicros() {
    return timesMicros[timesMicros.length - 1] + 1;
  }

  /** Only these rows. */
  public ReadingColumn select(BitSet rows) {
    int[] wanted = rows.stream().toArray();
    long[] times = new long[wanted.length];
    double[] numbers = new double[wanted.length];
    short[] flags = new short[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      times[i] = timesMicros[wanted[i]];
      numbers[i] = values[wanted[i]];
      flags[i] = quality(wanted[i]);
    }
    return new ReadingColumn(times, numbers, flags);
  }

  /** Writes times as little-endian 64-bit numbers, as protobuf's {@code sfixed64} has them. */
  public void putTimes(byte[] into, int at, int fromRow, int toRow) {
    ByteBuffer.wrap(into, at, (toRow - fromRow) * Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .put(timesMicros, fromRow, toRow - fromRow);
  }

  /** Writes values as little-endian 64-bit numbers, as protobuf's {@code double} has them. */
  public void putValues(byte[] into, int at, int fromRow, int toRow) {
    ByteBuffer.wrap(into, at, (toRow - fromRow) * Double.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .put(values, fromRow, toRow - fromRow);
  }
}
