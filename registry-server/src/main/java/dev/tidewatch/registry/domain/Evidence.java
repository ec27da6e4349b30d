package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.UUID;

/**
 * One finding about a version. Never changed.
 *
 * @param revision of the change that attached it
 */
public record Evidence(
    UUID id, NewEvidence content, String attachedBy, Instant attachedAt, long revision) {}
