package dev.tidewatch.models.detection;

/**
 * What a detector says of one reading.
 *
 * @param score how unusual, on the family's {@link ScoreScale}; 0 while the detector still learns
 * @param severity the score on the ladder
 * @param expected value that was expected; the reading's own while the detector still learns
 * @param lower end of the range outside which a single reading would be an anomaly
 * @param upper end of that range
 * @param cause what the score is about; {@code NONE} below the first rung of the ladder
 * @param anomaly true on the reading that opens an anomaly: report it. Further readings of the same
 *     fault score high but open nothing, until the series has been quiet for a while
 */
public record Verdict(
    double score,
    Severity severity,
    double expected,
    double lower,
    double upper,
    Cause cause,
    boolean anomaly) {
  public static final double SCORE_MAX = 1_000;

  public Verdict {
    if (!(score >= 0 && score <= SCORE_MAX)) {
      throw new IllegalArgumentException(
          "score is %s; it must be 0 to %s".formatted(score, SCORE_MAX));
    }
  }

  /** For a reading about which nothing can be said yet. */
  public static Verdict learning(double value) {
    return new Verdict(0, Severity.NONE, value, value, value, Cause.NONE, false);
  }
}
