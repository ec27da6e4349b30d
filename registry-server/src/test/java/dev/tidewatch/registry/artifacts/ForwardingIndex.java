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

/** An index that does what another one does: for those that do one thing otherwise. */
class ForwardingIndex implements ArtifactIndex {
  private final ArtifactIndex real;

  ForwardingIndex(ArtifactIndex real) {
    this.real = real;
  }

  @Override
  public Optional<Artifact> enter(Artifact artifact, UUID upload, BooleanSupplier kept) {
    return real.enter(artifact, upload, kept);
  }

  @Override
  public Artifact sign(Sha256 sha256, ArtifactSignature signature) {
    return real.sign(sha256, signature);
  }

  @Override
  public boolean unlessKnown(Sha256 sha256, BooleanSupplier removal) {
    return real.unlessKnown(sha256, removal);
  }

  @Override
  public Optional<Artifact> find(Sha256 sha256) {
    return real.find(sha256);
  }

  @Override
  public Optional<Upload> upload(UUID id) {
    return real.upload(id);
  }

  @Override
  public void touch(Upload upload) {
    real.touch(upload);
  }

  @Override
  public void forget(UUID upload) {
    real.forget(upload);
  }

  @Override
  public List<UUID> forgetUntouchedSince(Instant time) {
    return real.forgetUntouchedSince(time);
  }

  @Override
  public Set<Sha256> known(List<Sha256> digests) {
    return real.known(digests);
  }
}
