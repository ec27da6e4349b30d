package dev.tidewatch.ingest.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Rows on their way out of PostgreSQL by binary COPY (manual of COPY, section "Binary Format"):
 * call {@link #next}, then read the fields in order. Columns must not be null. Not thread-safe.
 */
final class CopyOutRows implements AutoCloseable {
  private static final int HEADER_BYTES = 19;
  private static final int EXTENSION_LENGTH_AT = 15;
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final CopyOut copy;
  private byte[] bytes = new byte[0];
  private int at;
  private boolean headerRead;
  private boolean ended;

  private CopyOutRows(CopyOut copy) {
    this.copy = copy;
  }

  /**
   * @param select without parameters; whatever it holds must be numbers or times of our own
   */
  static CopyOutRows begin(Connection connection, String select) throws SQLException {
    return new CopyOutRows(
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)"));
  }

  boolean next() throws SQLException {
    while (at >= bytes.length) {
      byte @Nullable [] more = copy.readFromCopy();
      if (more == null) {
        ended = true;
        return false;
      }
      bytes = more;
      at = 0;
      if (!headerRead) {
        headerRead = true;
        at = HEADER_BYTES + (int) INTS.get(bytes, EXTENSION_LENGTH_AT);
      }
    }
    short fields = (short) SHORTS.get(bytes, at);
    at += 2;
    return fields >= 0 || drain();
  }

  /** After the trailer; the driver still wants to see the end. */
  private boolean drain() throws SQLException {
    while (copy.readFromCopy() != null) {
      // Nothing follows the trailer.
    }
    ended = true;
    return false;
  }

  short int16() {
    at += 6;
    return (short) SHORTS.get(bytes, at - 2);
  }

  int int32() {
    at += 8;
    return (int) INTS.get(bytes, at - 4);
  }

  double float64() {
    return Double.longBitsToDouble(int64());
  }

  /** Microseconds since 1970. */
  long timestamp() {
    return int64() + CopyRows.POSTGRES_EPOCH_MICROS;
  }

  /** A field of packed 64-bit times, each in microseconds since 1970. */
  long[] timestamps() {
    int length = fieldLength();
    long[] times = new long[length / Long.BYTES];
    ByteBuffer.wrap(bytes, at - length, length).asLongBuffer().get(times);
    for (int i = 0; i < times.length; i++) {
      times[i] += CopyRows.POSTGRES_EPOCH_MICROS;
    }
    return times;
  }

  /** A field of packed 64-bit floating point numbers. */
  double[] float64s() {
    int length = fieldLength();
    double[] values = new double[length / Double.BYTES];
    ByteBuffer.wrap(bytes, at - length, length).asDoubleBuffer().get(values);
    return values;
  }

  /** A field of packed 16-bit numbers. */
  short[] int16s() {
    int length = fieldLength();
    short[] values = new short[length / Short.BYTES];
    ByteBuffer.wrap(bytes, at - length, length).asShortBuffer().get(values);
    return values;
  }

  /** Steps over a field of any length. */
  private int fieldLength() {
    int length = (int) INTS.get(bytes, at);
    at += Integer.BYTES + length;
    return length;
  }

  long int64() {
    at += 12;
    return (long) LONGS.get(bytes, at - 8);
  }

  @Override
  public void close() throws SQLException {
    if (!ended && copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
