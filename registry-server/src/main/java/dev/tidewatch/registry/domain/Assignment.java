package dev.tidewatch.registry.domain;

import java.time.Instant;

/**
 * What runs on which series.
 *
 * @param revision of the last change; its etag
 */
public record Assignment(
    AssignmentSpec spec, long revision, Instant createdAt, Instant updatedAt, String updatedBy) {
  public String name() {
    return spec.name();
  }
}
