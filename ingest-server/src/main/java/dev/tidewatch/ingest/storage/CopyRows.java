package dev.tidewatch.ingest.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into PostgreSQL by binary COPY (manual of COPY, section "Binary Format"):
 * written into one buffer that is sent whenever it is full. Closing without {@link #end} cancels
 * the COPY. Not thread-safe.
 */
final class CopyRows implements AutoCloseable {
  /** Microseconds from 1970, where ours begin, to 2000, where PostgreSQL's begin. */
  static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int FIELD_BYTES_MAX = 12;

  /** The columns of a reading, in the order of {@link #reading}. */
  static final String READING = "(time, value, commit_id, series_id, quality)";

  private static final int READING_BYTES = 2 + 3 * 12 + 8 + 6;
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final CopyIn copy;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int used;
  private boolean ended;

  private CopyRows(CopyIn copy) {
    this.copy = copy;
    System.arraycopy(HEADER, 0, buffer, 0, HEADER.length);
    used = HEADER.length;
  }

  /**
   * @param target table and columns, such as {@code reading (time, value)}
   */
  static CopyRows begin(Connection connection, String target) throws SQLException {
    return new CopyRows(
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + target + " FROM STDIN (FORMAT binary)"));
  }

  void row(int fields) throws SQLException {
    if (buffer.length - used < 2 + fields * FIELD_BYTES_MAX) {
      flush();
    }
    SHORTS.set(buffer, used, (short) fields);
    used += 2;
  }

  /** A whole row of {@link #READING}. */
  void reading(long timeMicros, double value, long commitId, int seriesId, short quality)
      throws SQLException {
    if (buffer.length - used < READING_BYTES) {
      flush();
    }
    byte[] to = buffer;
    int at = used;
    SHORTS.set(to, at, (short) 5);
    INTS.set(to, at + 2, 8);
    LONGS.set(to, at + 6, timeMicros - POSTGRES_EPOCH_MICROS);
    INTS.set(to, at + 14, 8);
    LONGS.set(to, at + 18, Double.doubleToRawLongBits(value));
    INTS.set(to, at + 26, 8);
    LONGS.set(to, at + 30, commitId);
    // Length and content of an int32.
    LONGS.set(to, at + 38, (4L << 32) | (seriesId & 0xffff_ffffL));
    INTS.set(to, at + 46, 2);
    SHORTS.set(to, at + 50, quality);
    used = at + READING_BYTES;
  }

  void int16(short value) {
    INTS.set(buffer, used, 2);
    SHORTS.set(buffer, used + 4, value);
    used += 6;
  }

  void int32(int value) {
    INTS.set(buffer, used, 4);
    INTS.set(buffer, used + 4, value);
    used += 8;
  }

  void int64(long value) {
    INTS.set(buffer, used, 8);
    LONGS.set(buffer, used + 4, value);
    used += 12;
  }

  void float64(double value) {
    int64(Double.doubleToRawLongBits(value));
  }

  /**
   * @param micros since 1970
   */
  void timestamp(long micros) {
    int64(micros - POSTGRES_EPOCH_MICROS);
  }

  /** Sends the rest; answers how many rows the table took. */
  long end() throws SQLException {
    if (buffer.length - used < 2) {
      flush();
    }
    SHORTS.set(buffer, used, (short) -1);
    used += 2;
    flush();
    ended = true;
    return copy.endCopy();
  }

  private void flush() throws SQLException {
    copy.writeToCopy(buffer, 0, used);
    used = 0;
  }

  @Override
  public void close() throws SQLException {
    if (!ended && copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
