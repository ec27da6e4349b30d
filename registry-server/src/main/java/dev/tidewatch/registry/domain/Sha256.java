package dev.tidewatch.registry.domain;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
public record Sha256(String hex) {
  private static final Pattern RULE = Pattern.compile("[0-9a-f]{64}");

  public Sha256 {
    if (!isOne(hex)) {
      throw new IllegalArgumentException("a SHA-256 is 64 lower-case hexadecimal digits");
    }
  }

  /** Whether a text has the form of a digest. */
  public static boolean isOne(String text) {
    return RULE.matcher(text).matches();
  }

  /** From the 32 bytes of a digest. */
  public static Sha256 of(byte[] digest) {
    return new Sha256(HexFormat.of().formatHex(digest));
  }

  @Override
  public String toString() {
    return hex;
  }
}
