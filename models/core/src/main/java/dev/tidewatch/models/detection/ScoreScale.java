package dev.tidewatch.models.detection;

/** What the scores of a detector family mean. */
public enum ScoreScale {
  /** Standard deviations, from 0 to {@link Verdict#SCORE_MAX}. */
  SIGMAS,
  /** From 0 to 1, as the family documents. */
  UNIT;

  /** The score on 0 to 1, in the same order; three standard deviations are a half. */
  public double toUnit(double score) {
    return this == UNIT ? score : score / (3 + score);
  }
}
