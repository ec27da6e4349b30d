package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A move that happened.
 *
 * @param from empty where the alias was made
 * @param to empty where the alias was removed
 * @param forced it went past a gate or a missing approval
 * @param verdicts of the gates, as they were then
 */
public record AliasMoveRecord(
    AliasKey key,
    Optional<SemanticVersion> from,
    Optional<SemanticVersion> to,
    Instant movedAt,
    String movedBy,
    String reason,
    boolean forced,
    boolean rollback,
    long revision,
    List<GateVerdict> verdicts) {
  public AliasMoveRecord {
    verdicts = List.copyOf(verdicts);
  }
}
