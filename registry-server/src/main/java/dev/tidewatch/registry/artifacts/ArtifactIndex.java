package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What the database knows of artifacts and uploads. Thread-safe. */
public interface ArtifactIndex {
  Optional<Artifact> find(Sha256 sha256);

  /**
   * Enters a finished file and ends its upload; the same bytes entered before stay as they were.
   */
  Artifact enter(Artifact artifact, UUID upload);

  Optional<Upload> upload(UUID id);

  /** Enters an upload, or the time of its latest stream. */
  void touch(Upload upload);

  void forget(UUID upload);

  /** Forgets uploads that were not touched since a time, and returns them. */
  List<UUID> forgetUntouchedSince(Instant time);

  /** Those of these digests that have a row whose bytes should be there. */
  Set<Sha256> known(List<Sha256> digests);
}
