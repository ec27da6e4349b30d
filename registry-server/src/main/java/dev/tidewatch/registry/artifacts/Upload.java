package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.ArtifactSignature;
import dev.tidewatch.registry.domain.Sha256;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An upload that was begun.
 *
 * @param sha256 of all bytes, as announced
 * @param signature that this stream brings; not kept until the upload is complete
 * @param complete it became an artifact
 * @param touchedAt real time of the last stream that opened it
 */
public record Upload(
    UUID id,
    Sha256 sha256,
    long sizeBytes,
    ArtifactFormat format,
    Optional<ArtifactSignature> signature,
    boolean complete,
    Instant touchedAt) {
  public Upload {
    if (sizeBytes < 1) {
      throw new IllegalArgumentException("sizeBytes: " + sizeBytes);
    }
  }
}
