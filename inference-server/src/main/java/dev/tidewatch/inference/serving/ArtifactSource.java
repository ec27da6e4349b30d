package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.VersionKey;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** The registry as a store of bundles. Blocks the calling thread. */
public interface ArtifactSource {
  /**
   * Writes the bytes as they come; the caller verifies them.
   *
   * @throws IOException if {@code out} fails
   * @throws dev.tidewatch.serverkit.errors.ServiceException what the registry says: unknown,
   *     damaged, unavailable
   */
  void download(Artifact artifact, OutputStream out) throws IOException;

  /**
   * Looks a version up by its number; empty if the registry knows none such.
   *
   * @throws dev.tidewatch.serverkit.errors.Unavailable if the registry cannot be asked
   */
  Optional<Artifact> find(VersionKey version);
}
