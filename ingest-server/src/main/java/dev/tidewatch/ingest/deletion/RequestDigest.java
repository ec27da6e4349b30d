package dev.tidewatch.ingest.deletion;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what a request asks for, as hexadecimal digits. */
public record RequestDigest(String hex) {
  private static final int BYTES = 32;

  public RequestDigest {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException("hex: " + hex.length() + " digits");
    }
  }

  /**
   * @param method what is to be done; requests of two methods never say the same
   * @param content the encoded request, without its id
   */
  public static RequestDigest of(String method, byte[] content) {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    sha.update(method.getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
    return ofBytes(sha.digest(content));
  }

  public static RequestDigest ofBytes(byte[] digest) {
    return new RequestDigest(HexFormat.of().formatHex(digest));
  }

  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
