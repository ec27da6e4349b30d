package dev.tidewatch.registry.domain;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * An Ed25519 signature (RFC 8032) over the 32 bytes of an artifact's SHA-256.
 *
 * @param keyId which key made it
 * @param hex its 64 bytes as lower-case hexadecimal digits
 */
public record ArtifactSignature(String keyId, String hex) {
  private static final Pattern RULE = Pattern.compile("[0-9a-f]{128}");

  public ArtifactSignature {
    if (keyId.isEmpty() || !RULE.matcher(hex).matches()) {
      throw new IllegalArgumentException("a signature has a key id and 64 bytes");
    }
  }

  /** From the 64 bytes. */
  public static ArtifactSignature of(String keyId, byte[] signature) {
    return new ArtifactSignature(keyId, HexFormat.of().formatHex(signature));
  }

  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
