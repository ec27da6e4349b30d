package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactSignature;
import dev.tidewatch.registry.domain.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** What the database knows of artifacts and uploads. Thread-safe. */
public interface ArtifactIndex {
  Optional<Artifact> find(Sha256 sha256);

  /**
   * Enters finished bytes and ends their upload; the same bytes entered before stay as they were,
   * but for a signature that was missing.
   *
   * @param kept whether the bytes are still in the store; asked while nobody else can remove them
   * @return empty if they are not
   */
  Optional<Artifact> enter(Artifact artifact, UUID upload, BooleanSupplier kept);

  /** Adds a signature to an artifact, or replaces it. */
  Artifact sign(Sha256 sha256, ArtifactSignature signature);

  /**
   * Removes bytes that no row says should be there, while nobody else can enter them.
   *
   * @param removal says whether there was something to remove
   * @return false if there was not, or a row says that they should be there
   */
  boolean unlessKnown(Sha256 sha256, BooleanSupplier removal);

  Optional<Upload> upload(UUID id);

  /** Enters an upload, or the time of its latest stream. */
  void touch(Upload upload);

  void forget(UUID upload);

  /** Forgets uploads that were not touched since a time, and returns them. */
  List<UUID> forgetUntouchedSince(Instant time);

  /** Those of these digests that have a row whose bytes should be there. */
  Set<Sha256> known(List<Sha256> digests);
}
