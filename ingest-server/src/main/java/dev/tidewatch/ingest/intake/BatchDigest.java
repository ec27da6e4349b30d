package dev.tidewatch.ingest.intake;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The first 128 bits of SHA-256 over what a batch says: its columns and its source position. The
 * trace context is left out, since it differs when a batch is sent again.
 */
public record BatchDigest(long high, long low) {
  public static final int BYTES = 16;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final ThreadLocal<Hash> HASHES = ThreadLocal.withInitial(Hash::new);

  public static BatchDigest of(List<SeriesColumn> columns, byte[] sourcePosition) {
    Hash hash = HASHES.get().begin();
    hash.put(columns.size());
    for (SeriesColumn column : columns) {
      hash.put(column.series().getBytes(StandardCharsets.UTF_8));
      hash.put(column.size());
      for (int row = 0; row < column.size(); row++) {
        hash.put(column.timeMicros(row), column.valueBits(row));
      }
      if (column.qualities != null || column.faults != null) {
        for (int row = 0; row < column.size(); row++) {
          hash.put(column.quality(row) | ((long) column.fault(row) << 16));
        }
      }
    }
    hash.put(sourcePosition);
    return hash.digest();
  }

  public void write(byte[] to, int at) {
    LONGS.set(to, at, high);
    LONGS.set(to, at + 8, low);
  }

  public static BatchDigest read(byte[] from, int at) {
    return new BatchDigest((long) LONGS.get(from, at), (long) LONGS.get(from, at + 8));
  }

  private static final class Hash {
    private final MessageDigest sha = sha256();
    private final byte[] buffer = new byte[4096];
    private int used;

    Hash begin() {
      sha.reset();
      used = 0;
      return this;
    }

    void put(long value) {
      if (used == buffer.length) {
        sha.update(buffer, 0, used);
        used = 0;
      }
      LONGS.set(buffer, used, value);
      used += 8;
    }

    /** Two at once, which leaves room for both at every even place. */
    void put(long first, long second) {
      if (used > buffer.length - 16) {
        sha.update(buffer, 0, used);
        used = 0;
      }
      LONGS.set(buffer, used, first);
      LONGS.set(buffer, used + 8, second);
      used += 16;
    }

    void put(byte[] bytes) {
      put(bytes.length);
      sha.update(buffer, 0, used);
      used = 0;
      sha.update(bytes);
    }

    BatchDigest digest() {
      sha.update(buffer, 0, used);
      used = 0;
      try {
        sha.digest(buffer, 0, 32);
      } catch (DigestException e) {
        throw new IllegalStateException(e);
      }
      return read(buffer, 0);
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }
}
