package dev.tidewatch.monitor.health;

/**
 * One part of a score.
 *
 * @param score 0 to 100
 * @param weight share of the whole, 0 to 1
 * @param reason one sentence with the figures
 */
public record HealthPart(PartKind kind, double score, double weight, String reason) {
  public HealthPart {
    if (!(score >= 0 && score <= 100) || !(weight >= 0 && weight <= 1 + 1e-9)) {
      throw new IllegalArgumentException("%s: %s of weight %s".formatted(kind, score, weight));
    }
  }
}
