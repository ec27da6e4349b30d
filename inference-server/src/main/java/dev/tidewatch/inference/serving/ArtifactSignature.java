package dev.tidewatch.inference.serving;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Ed25519 signature (RFC 8032) over the 32 bytes of an artifact's SHA-256.
 *
 * @param keyId which key made it
 * @param hex its bytes as lower-case hexadecimal digits
 */
public record ArtifactSignature(String keyId, String hex) {
  private static final Pattern LINE = Pattern.compile("(\\S{1,64}) ([0-9a-f]{128})\\s*");

  /** From its bytes. */
  public static ArtifactSignature of(String keyId, byte[] signature) {
    return new ArtifactSignature(keyId, HexFormat.of().formatHex(signature));
  }

  /** What {@link #line} wrote; empty for anything else. */
  static Optional<ArtifactSignature> parse(String line) {
    Matcher parts = LINE.matcher(line);
    return parts.matches()
        ? Optional.of(new ArtifactSignature(parts.group(1), parts.group(2)))
        : Optional.empty();
  }

  String line() {
    return keyId + " " + hex + "\n";
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
