package dev.tidewatch.sdk;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.ArtifactSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * An Ed25519 key (RFC 8032) that signs what is uploaded, for registries that take only signed
 * artifacts. Servers know its public half under the same id. Thread-safe.
 */
public final class SigningKey {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final String SUFFIX = ".pem";

  private final String keyId;
  private final PrivateKey key;

  private SigningKey(String keyId, PrivateKey key) {
    this.keyId = keyId;
    this.key = key;
  }

  /**
   * Reads a key as {@code openssl genpkey -algorithm ed25519} writes it.
   *
   * @param file its name without {@code .pem} is the key's id
   * @throws IllegalArgumentException if it holds no such key
   */
  public static SigningKey read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    String keyId =
        name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    var pem = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new IllegalArgumentException(file + " holds no PRIVATE KEY in PEM form");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
      return new SigningKey(
          keyId, KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(file + " holds no Ed25519 key", e);
    }
  }

  public String keyId() {
    return keyId;
  }

  /**
   * Signs the 32 bytes of a digest.
   *
   * @param sha256 64 hexadecimal digits
   */
  ArtifactSignature sign(String sha256) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(HexFormat.of().parseHex(sha256));
      return ArtifactSignature.newBuilder()
          .setKeyId(keyId)
          .setSignature(ByteString.copyFrom(signer.sign()))
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key that cannot sign", e);
    }
  }

  /** Shows the id alone. */
  @Override
  public String toString() {
    return "SigningKey[" + keyId + "]";
  }
}
