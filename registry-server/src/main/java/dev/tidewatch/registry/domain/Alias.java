package dev.tidewatch.registry.domain;

import java.time.Instant;

/**
 * Which version plays a part.
 *
 * @param artifact of that version
 * @param revision of the last move
 */
public record Alias(
    ModelName model,
    AliasName name,
    SemanticVersion version,
    Sha256 artifact,
    long artifactSizeBytes,
    long revision,
    Instant movedAt,
    String movedBy) {}
