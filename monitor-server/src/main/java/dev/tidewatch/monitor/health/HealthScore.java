package dev.tidewatch.monitor.health;

import java.time.Instant;
import java.util.List;

/**
 * How a subject is doing.
 *
 * @param score 0 (broken) to 100 (as it should be): the weighted mean of the parts
 * @param recommendation what would help most; empty: nothing is needed
 * @param time domain time
 */
public record HealthScore(
    SubjectKind kind,
    String subject,
    double score,
    List<HealthPart> parts,
    String recommendation,
    Instant time) {
  public HealthScore {
    parts = List.copyOf(parts);
    if (!(score >= 0 && score <= 100)) {
      throw new IllegalArgumentException("score is " + score);
    }
  }
}
