package dev.tidewatch.registry.domain;

import java.time.Instant;

/**
 * A complete, verified file.
 *
 * @param removed its bytes were removed by retention
 */
public record Artifact(
    Sha256 sha256, long sizeBytes, ArtifactFormat format, Instant createdAt, boolean removed) {
  public Artifact {
    if (sizeBytes < 1) {
      throw new IllegalArgumentException("sizeBytes: " + sizeBytes);
    }
  }
}
