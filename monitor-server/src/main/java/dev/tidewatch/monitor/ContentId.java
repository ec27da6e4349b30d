package dev.tidewatch.monitor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Ids made of what they stand for: the first 16 bytes of the SHA-256 over the parts' UTF-8 text
 * joined by line feeds. Shown as 32 lower-case hexadecimal digits, kept as a {@link UUID}.
 */
public final class ContentId {
  private ContentId() {}

  /** Equal parts, equal id. */
  public static UUID of(String... parts) {
    byte[] digest = sha256().digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  /** 32 digits. */
  public static String toText(UUID id) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(id.getMostSignificantBits())
        + hex.toHexDigits(id.getLeastSignificantBits());
  }

  /**
   * The id of a text of 32 hexadecimal digits.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static UUID parse(String text) {
    if (text.length() != 32) {
      throw new IllegalArgumentException("an id has 32 hexadecimal digits, not " + text.length());
    }
    return new UUID(
        HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
