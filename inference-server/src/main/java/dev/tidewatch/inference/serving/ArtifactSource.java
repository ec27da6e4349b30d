package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.tensor.TensorFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** The registry as a store of artifacts. Blocks the calling thread. */
public interface ArtifactSource {
  /**
   * Writes the bytes as they come; the caller verifies them.
   *
   * @throws IOException if {@code out} fails
   * @throws dev.tidewatch.serverkit.errors.ServiceException what the registry says: unknown,
   *     damaged, unavailable
   */
  Announced download(Artifact artifact, OutputStream out) throws IOException;

  /**
   * Looks a version up by its number; empty if the registry knows none such.
   *
   * @throws dev.tidewatch.serverkit.errors.Unavailable if the registry cannot be asked
   */
  Optional<RegisteredVersion> find(VersionKey version);

  /**
   * What the registry says of a file beside its digest.
   *
   * @param signature empty where it was uploaded unsigned
   */
  record Announced(TensorFormat format, Optional<ArtifactSignature> signature) {}
}
