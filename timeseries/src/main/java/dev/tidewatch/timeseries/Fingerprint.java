package dev.tidewatch.timeseries;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/**
 * SHA-256 over the readings that a model saw, so that two trainings can be told to have used the
 * same input. Hashed are, by series name: the name's length and bytes, the row count, and each
 * row's time and value as big-endian 64 bits, in time order.
 */
public final class Fingerprint {
  private Fingerprint() {}

  /** 64 lower-case hexadecimal digits. */
  public static String of(SortedMap<SeriesName, ReadingColumns> readings) {
    MessageDigest digest = sha256();
    for (Map.Entry<SeriesName, ReadingColumns> entry : readings.entrySet()) {
      byte[] name = entry.getKey().value().getBytes(StandardCharsets.UTF_8);
      ReadingColumns rows = entry.getValue().inTimeOrder();
      digest.update(
          ByteBuffer.allocate(Integer.BYTES + name.length + Integer.BYTES)
              .putInt(name.length)
              .put(name)
              .putInt(rows.size())
              .flip());
      ByteBuffer row = ByteBuffer.allocate(16);
      for (int i = 0; i < rows.size(); i++) {
        digest.update(
            row.clear()
                .putLong(rows.timeMicros(i))
                .putLong(Double.doubleToLongBits(rows.value(i)))
                .flip());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
