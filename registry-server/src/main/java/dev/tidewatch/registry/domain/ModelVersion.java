package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.List;

/**
 * An artifact with what is known about it.
 *
 * @param content what was said when it was made; never changes
 * @param aliases those that name it now, ascending
 * @param revision of the change that made it or last moved its state
 */
public record ModelVersion(
    ModelName model,
    SemanticVersion number,
    VersionState state,
    String stateReason,
    Artifact artifact,
    Task task,
    VersionContent content,
    List<AliasName> aliases,
    String createdBy,
    Instant createdAt,
    long revision) {
  public ModelVersion {
    aliases = aliases.stream().sorted().toList();
  }

  /** Model and number, for messages. */
  public String label() {
    return model + " " + number;
  }
}
