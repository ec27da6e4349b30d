package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Artifact;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Dies where the row would be written. */
final class CrashingIndex extends ForwardingIndex {
  CrashingIndex(ArtifactIndex real) {
    super(real);
  }

  @Override
  public Optional<Artifact> enter(Artifact artifact, UUID upload, BooleanSupplier kept) {
    throw new Crash();
  }

  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
