package dev.tidewatch.registry.domain;

import java.util.Optional;

/**
 * A version to make.
 *
 * @param number empty takes the next one by {@code bump}
 */
public record NewVersion(
    ModelName model,
    Optional<SemanticVersion> number,
    VersionBump bump,
    Sha256 artifact,
    VersionContent content) {}
