package dev.tidewatch.registry.domain;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is said about a version when it is made.
 *
 * @param signature {@code ModelSignature} of the contract, as JSON
 * @param metrics finite
 * @param lineage {@code Lineage} of the contract, as JSON
 * @param run the run that trained it
 */
public record VersionContent(
    String family,
    Document signature,
    Map<String, Double> metrics,
    Map<String, String> tags,
    String description,
    Document lineage,
    Optional<UUID> run) {
  public VersionContent {
    metrics = FiniteFigures.copyOf(metrics);
    tags = Map.copyOf(tags);
  }
}
