package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.Verdict;
import java.util.List;

/**
 * What a detector says of one row.
 *
 * @param score how unusual, in standard deviations of a normal variable that is as rare; 0 or more,
 *     at most {@link Verdict#SCORE_MAX}
 * @param severity the score on the ladder
 * @param contributions how far each input is off by itself, in standard deviations, in the order of
 *     the roles; 0 where the family cannot tell inputs apart
 * @param high true if the score reaches the threshold
 * @param anomaly true on the row that opens an anomaly: report it
 */
public record MultivariateVerdict(
    double score, Severity severity, List<Double> contributions, boolean high, boolean anomaly) {
  public MultivariateVerdict {
    if (!(score >= 0 && score <= Verdict.SCORE_MAX)) {
      throw new IllegalArgumentException(
          "score is %s; it must be 0 to %s".formatted(score, Verdict.SCORE_MAX));
    }
    contributions = List.copyOf(contributions);
  }

  /** Place of the input that is off the most; the first of equals. */
  public int topInput() {
    int top = 0;
    for (int i = 1; i < contributions.size(); i++) {
      top = contributions.get(i) > contributions.get(top) ? i : top;
    }
    return top;
  }
}
