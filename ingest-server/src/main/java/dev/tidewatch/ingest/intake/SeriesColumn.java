package dev.tidewatch.ingest.intake;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Readings of one series in columns as they were sent: row {@code i} is (times[i], values[i],
 * qualities[i]). Times and values stay packed as the contract packs them, eight bytes each, little
 * end first, where the message put them: a column is a view. Nobody changes those bytes after
 * construction.
 */
public final class SeriesColumn {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final String series;
  private final byte[] packed;
  private final int timesAt;
  private final int valuesAt;
  private final int size;
  final short @Nullable [] qualities;
  final byte @Nullable [] faults;

  private SeriesColumn(
      String series,
      byte[] packed,
      int timesAt,
      int valuesAt,
      int size,
      short @Nullable [] qualities,
      byte @Nullable [] faults) {
    if ((qualities != null && qualities.length != size)
        || (faults != null && faults.length != size)) {
      throw new IllegalArgumentException("columns of unequal length");
    }
    this.series = series;
    this.packed = packed;
    this.timesAt = timesAt;
    this.valuesAt = valuesAt;
    this.size = size;
    this.qualities = qualities;
    this.faults = faults;
  }

  /**
   * Packs the columns.
   *
   * @param series as sent, even if it is not a name
   * @param qualities null: all 0
   * @param faults number of the {@link RejectReason} that decoding found for each row, 0 for none;
   *     null: none at all
   */
  public SeriesColumn(
      String series,
      long[] timesMicros,
      double[] values,
      short @Nullable [] qualities,
      byte @Nullable [] faults) {
    this(
        series,
        pack(timesMicros, values),
        0,
        8 * timesMicros.length,
        timesMicros.length,
        qualities,
        faults);
  }

  private static byte[] pack(long[] timesMicros, double[] values) {
    if (timesMicros.length != values.length) {
      throw new IllegalArgumentException("columns of unequal length");
    }
    byte[] packed = new byte[16 * values.length];
    for (int row = 0; row < values.length; row++) {
      LONGS.set(packed, 8 * row, timesMicros[row]);
      LONGS.set(packed, 8 * (values.length + row), Double.doubleToRawLongBits(values[row]));
    }
    return packed;
  }

  /**
   * A view over bytes that nobody changes any more.
   *
   * @param timesAt where the packed times begin
   * @param valuesAt where the packed values begin
   * @param qualities null: all 0
   */
  public static SeriesColumn view(
      String series,
      byte[] packed,
      int timesAt,
      int valuesAt,
      int size,
      short @Nullable [] qualities) {
    if (size < 0
        || timesAt < 0
        || valuesAt < 0
        || timesAt > packed.length - 8L * size
        || valuesAt > packed.length - 8L * size) {
      throw new IllegalArgumentException("columns reach beyond the bytes");
    }
    return new SeriesColumn(series, packed, timesAt, valuesAt, size, qualities, null);
  }

  public String series() {
    return series;
  }

  public int size() {
    return size;
  }

  public long timeMicros(int row) {
    return (long) LONGS.get(packed, timesAt + 8 * row);
  }

  public double value(int row) {
    return Double.longBitsToDouble(valueBits(row));
  }

  /** The bits of the value, NaNs as they were sent. */
  long valueBits(int row) {
    return (long) LONGS.get(packed, valuesAt + 8 * row);
  }

  public short quality(int row) {
    return qualities == null ? 0 : qualities[row];
  }

  int fault(int row) {
    return faults == null ? 0 : faults[row];
  }

  /** Copies all times as they are packed: eight bytes each. */
  void timesTo(byte[] to, int at) {
    System.arraycopy(packed, timesAt, to, at, 8 * size);
  }

  /** Copies all values as they are packed: eight bytes each. */
  void valuesTo(byte[] to, int at) {
    System.arraycopy(packed, valuesAt, to, at, 8 * size);
  }
}
