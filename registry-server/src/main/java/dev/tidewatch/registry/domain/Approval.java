package dev.tidewatch.registry.domain;

import java.time.Instant;

/**
 * One yes to an alias naming a version.
 *
 * @param revision of the change that gave it
 */
public record Approval(
    AliasKey key,
    SemanticVersion version,
    String approvedBy,
    Instant approvedAt,
    String comment,
    long revision) {}
