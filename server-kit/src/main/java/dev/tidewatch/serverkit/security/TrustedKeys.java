package dev.tidewatch.serverkit.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A folder of Ed25519 public keys (RFC 8032) whose signatures count: one file each, {@code <key
 * id>.pem}, as {@code openssl pkey -pubout} writes it. A file is read when it is asked for, so a
 * key counts from the moment that its file is there and until it is gone. Thread-safe.
 */
public final class TrustedKeys {
  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
  private static final int FILE_BYTES_MAX = 1 << 16;

  private final Path folder;

  public TrustedKeys(Path folder) {
    this.folder = folder;
  }

  /** What a signature is worth. */
  public enum Verdict {
    VALID,
    /** No file of that name. */
    KEY_UNKNOWN,
    /** The file does not hold an Ed25519 public key in PEM form, or cannot be read. */
    KEY_UNREADABLE,
    /** Not made by this key, or over other bytes. */
    SIGNATURE_WRONG
  }

  /**
   * Checks a signature.
   *
   * @param keyId up to 64 letters, digits, {@code _}, {@code -} and {@code .}
   */
  public Verdict check(String keyId, byte[] message, byte[] signature) {
    if (!KEY_ID.matcher(keyId).matches()) {
      return Verdict.KEY_UNKNOWN;
    }
    Path file = folder.resolve(keyId + ".pem");
    if (!Files.exists(file)) {
      return Verdict.KEY_UNKNOWN;
    }
    PublicKey key;
    try {
      key = read(file);
    } catch (IOException | GeneralSecurityException e) {
      return Verdict.KEY_UNREADABLE;
    }
    return verify(key, message, signature) ? Verdict.VALID : Verdict.SIGNATURE_WRONG;
  }

  private static PublicKey read(Path file) throws IOException, GeneralSecurityException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new InvalidKeyException("too long for a key");
    }
    var pem = PEM.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new InvalidKeyException("no PUBLIC KEY in PEM form");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
  }

  private static boolean verify(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false; // not even the form of a signature
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
  }
}
