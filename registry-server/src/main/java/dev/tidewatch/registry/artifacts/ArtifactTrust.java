package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.ArtifactSignature;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.security.TrustedKeys;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Whose artifacts are taken and given out: anybody's where no keys are set; else only those that
 * one of the keys signed. Thread-safe.
 */
public final class ArtifactTrust {
  private final Optional<TrustedKeys> keys;

  /**
   * @param keys empty: signatures are not asked for, and cannot be checked
   */
  public ArtifactTrust(Optional<TrustedKeys> keys) {
    this.keys = keys;
  }

  /**
   * Checks what an upload brings.
   *
   * @throws FailedPrecondition {@code SIGNATURE_MISSING} or {@code SIGNATURE_INVALID}
   */
  void requireOnUpload(Sha256 sha256, Optional<ArtifactSignature> signature) {
    if (keys.isEmpty() && signature.isPresent()) {
      throw new FailedPrecondition(
          "SIGNATURE_INVALID",
          "start.signature: this registry has no trusted keys to check it with; set"
              + " artifacts.trusted-keys, or leave the signature out");
    }
    require(sha256, signature, "start.signature");
  }

  /**
   * Checks what is about to be given out; keys may have come and gone since the upload.
   *
   * @throws FailedPrecondition {@code SIGNATURE_MISSING} or {@code SIGNATURE_INVALID}
   */
  void requireOnRead(Sha256 sha256, Optional<ArtifactSignature> signature) {
    require(sha256, signature, "sha256");
  }

  private void require(Sha256 sha256, Optional<ArtifactSignature> signature, String field) {
    if (keys.isEmpty()) {
      return;
    }
    if (signature.isEmpty()) {
      throw new FailedPrecondition(
              "SIGNATURE_MISSING",
              field
                  + ": artifact "
                  + sha256
                  + " is not signed, and this registry takes only signed ones; upload it with a"
                  + " signature of a trusted key")
          .with("sha256", sha256.hex());
    }
    String problem =
        switch (keys.get()
            .check(
                signature.get().keyId(),
                HexFormat.of().parseHex(sha256.hex()),
                signature.get().bytes())) {
          case VALID -> "";
          case KEY_UNKNOWN -> "is not a trusted key of this registry";
          case KEY_UNREADABLE -> "has a file that is no Ed25519 public key in PEM form";
          case SIGNATURE_WRONG -> "did not make this signature of artifact " + sha256;
        };
    if (!problem.isEmpty()) {
      throw new FailedPrecondition(
              "SIGNATURE_INVALID",
              field
                  + ": key '"
                  + signature.get().keyId()
                  + "' "
                  + problem
                  + "; sign the 32 bytes of the SHA-256 with a trusted key")
          .with("sha256", sha256.hex())
          .with("key_id", signature.get().keyId());
    }
  }
}
