package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.security.TrustedKeys;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Whose artifacts are loaded: anybody's where no keys are set; else only those that one of the keys
 * signed, whatever the registry thinks of them. Thread-safe.
 */
final class ArtifactTrust {
  private final Optional<TrustedKeys> keys;

  ArtifactTrust(Optional<TrustedKeys> keys) {
    this.keys = keys;
  }

  /**
   * @throws FailedPrecondition {@code SIGNATURE_MISSING} or {@code SIGNATURE_INVALID}
   */
  void require(Artifact artifact, Optional<ArtifactSignature> signature) {
    if (keys.isEmpty()) {
      return;
    }
    if (signature.isEmpty()) {
      throw new FailedPrecondition(
          "SIGNATURE_MISSING",
          "the artifact of %s is not signed, and this server loads only signed ones"
              .formatted(artifact.version()));
    }
    String problem =
        switch (keys.get()
            .check(
                signature.get().keyId(),
                HexFormat.of().parseHex(artifact.sha256()),
                signature.get().bytes())) {
          case VALID -> "";
          case KEY_UNKNOWN -> "is not trusted by this server";
          case KEY_UNREADABLE -> "has a file that is no Ed25519 public key in PEM form";
          case SIGNATURE_WRONG -> "did not make this signature";
        };
    if (!problem.isEmpty()) {
      throw new FailedPrecondition(
          "SIGNATURE_INVALID",
          "the artifact of %s: key '%s' %s"
              .formatted(artifact.version(), signature.get().keyId(), problem));
    }
  }

  /** As {@link #require}, without saying why not. */
  boolean admits(Artifact artifact, Optional<ArtifactSignature> signature) {
    try {
      require(artifact, signature);
      return true;
    } catch (FailedPrecondition e) {
      return false;
    }
  }
}
