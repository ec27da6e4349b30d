package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which versions are wanted: every condition that is given must hold.
 *
 * @param text words that must all occur in model name, family, description or tags; may be empty
 * @param tags that must be there with these values
 * @param series one that it was trained on
 * @param createdFrom made at or after
 * @param createdTo made before
 * @param alias that names it now
 */
public record VersionFilter(
    String text,
    Optional<ModelName> model,
    Optional<Task> task,
    Optional<String> family,
    Optional<VersionState> state,
    Map<String, String> tags,
    List<MetricBound> metrics,
    Optional<String> series,
    Optional<Instant> createdFrom,
    Optional<Instant> createdTo,
    Optional<AliasName> alias) {
  public VersionFilter {
    tags = Map.copyOf(tags);
    metrics = List.copyOf(metrics);
  }
}
