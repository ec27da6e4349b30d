package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A name under which versions are kept.
 *
 * @param latest highest number, archived versions included
 * @param revision of the last change of the model; its etag
 */
public record Model(
    ModelName name,
    Task task,
    String description,
    Map<String, String> tags,
    boolean archived,
    Optional<SemanticVersion> latest,
    long revision,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {
  public Model {
    tags = Map.copyOf(tags);
  }
}
