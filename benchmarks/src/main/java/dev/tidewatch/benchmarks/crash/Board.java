package dev.tidewatch.benchmarks.crash;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How far each writer is, in a file that clients and campaign all map: the campaign reads it at the
 * instant of a kill, and it outlives the killed. Counts are batches. Any number of threads.
 */
final class Board {
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int SENT = 0;
  private static final int ANSWERED = 1;
  private static final int RECORDED = 2;
  private static final int FIELDS = 3;

  private final MappedByteBuffer bytes;

  private Board(MappedByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Opens the file, making it if it is not there. */
  static Board open(Path file, int writers) throws IOException {
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Board(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) writers * FIELDS * Long.BYTES));
    }
  }

  /** Sent, or about to be. */
  void sent(int writer, long batches) {
    put(writer, SENT, batches);
  }

  long sent(int writer) {
    return get(writer, SENT);
  }

  /** Acknowledged by the server. */
  void answered(int writer, long batches) {
    put(writer, ANSWERED, batches);
  }

  long answered(int writer) {
    return get(writer, ANSWERED);
  }

  /** Acknowledged, and that is on the client's disk. */
  void recorded(int writer, long batches) {
    put(writer, RECORDED, batches);
  }

  long recorded(int writer) {
    return get(writer, RECORDED);
  }

  private void put(int writer, int field, long value) {
    LONGS.setVolatile(bytes, at(writer, field), value);
  }

  private long get(int writer, int field) {
    return (long) LONGS.getVolatile(bytes, at(writer, field));
  }

  private static int at(int writer, int field) {
    return (writer * FIELDS + field) * Long.BYTES;
  }
}
