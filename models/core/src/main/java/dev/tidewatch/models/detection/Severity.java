package dev.tidewatch.models.detection;

/**
 * How far out a score is. The ladder is in standard deviations: 3 to 4 low, 4 to 5 medium, 5 to 6
 * high, above critical.
 */
public enum Severity {
  NONE,
  LOW,
  MEDIUM,
  HIGH,
  CRITICAL;

  /**
   * @param score in standard deviations, not negative
   */
  public static Severity ofScore(double score) {
    if (score < 3) {
      return NONE;
    }
    if (score < 4) {
      return LOW;
    }
    if (score < 5) {
      return MEDIUM;
    }
    return score <= 6 ? HIGH : CRITICAL;
  }
}
