package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.Optional;

/**
 * A version to make.
 *
 * @param number empty takes the next one by {@code bump}
 * @param smokeInputs must be answered before it is ready; none: ready at once
 */
public record NewVersion(
    ModelName model,
    Optional<SemanticVersion> number,
    VersionBump bump,
    Sha256 artifact,
    VersionContent content,
    List<SmokeInput> smokeInputs) {
  public NewVersion {
    smokeInputs = List.copyOf(smokeInputs);
  }

  /** One that is ready at once. */
  public NewVersion(
      ModelName model,
      Optional<SemanticVersion> number,
      VersionBump bump,
      Sha256 artifact,
      VersionContent content) {
    this(model, number, bump, artifact, content, List.of());
  }
}
