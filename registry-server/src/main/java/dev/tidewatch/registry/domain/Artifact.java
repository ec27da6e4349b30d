package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * A complete, verified file.
 *
 * @param signature empty where it was uploaded unsigned
 * @param removed its bytes were removed by retention
 */
public record Artifact(
    Sha256 sha256,
    long sizeBytes,
    ArtifactFormat format,
    Optional<ArtifactSignature> signature,
    Instant createdAt,
    boolean removed) {
  public Artifact {
    if (sizeBytes < 1) {
      throw new IllegalArgumentException("sizeBytes: " + sizeBytes);
    }
  }
}
