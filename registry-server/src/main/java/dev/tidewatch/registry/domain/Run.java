package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One training.
 *
 * @param summary last value of each curve, and figures that were set
 * @param progress 0 to 1
 * @param versions those made by it, ascending
 */
public record Run(
    UUID id,
    ModelName model,
    String title,
    RunStatus status,
    String statusReason,
    Map<String, String> parameters,
    Map<String, String> tags,
    Map<String, Double> summary,
    double progress,
    String createdBy,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> finishedAt,
    List<SemanticVersion> versions) {
  public Run {
    if (!(progress >= 0 && progress <= 1)) {
      throw new IllegalArgumentException("progress is " + progress + "; it must be 0 to 1");
    }
    parameters = Map.copyOf(parameters);
    tags = Map.copyOf(tags);
    summary = FiniteFigures.copyOf(summary);
    versions = versions.stream().sorted().toList();
  }
}
