package dev.tidewatch.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.registry.domain.Artifact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Removes the bytes once, where the row would be written. */
final class VanishingIndex extends ForwardingIndex {
  private final ContentStore content;
  private final AtomicBoolean done = new AtomicBoolean();

  VanishingIndex(ArtifactIndex real, ContentStore content) {
    super(real);
    this.content = content;
  }

  @Override
  public Optional<Artifact> enter(Artifact artifact, UUID upload, BooleanSupplier kept) {
    if (done.compareAndSet(false, true)) {
      try {
        assertThat(unlessKnown(artifact.sha256(), () -> remove(artifact))).isTrue();
      } catch (UncheckedIOException e) {
        throw new AssertionError(e);
      }
    }
    return super.enter(artifact, upload, kept);
  }

  private boolean remove(Artifact artifact) {
    try {
      return content.delete(artifact.sha256());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
