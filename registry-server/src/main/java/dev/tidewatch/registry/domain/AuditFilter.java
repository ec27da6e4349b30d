package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * Which entries of the audit log are wanted; what is empty asks for nothing.
 *
 * @param from included
 * @param to excluded
 */
public record AuditFilter(
    Optional<ModelName> model,
    Optional<String> actor,
    Optional<Instant> from,
    Optional<Instant> to) {}
