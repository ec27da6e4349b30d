package dev.tidewatch.models.detection.features;

import dev.tidewatch.models.forecast.ModelArrays;

/** Says how unusual a row of features is. Immutable and thread-safe. */
public interface RowScorer {
  /**
   * @param row finite features, as many as in training
   * @return finite; the larger, the more unusual; in the method's own unit
   */
  double unusual(double[] row);

  /** All that {@link ScorerMethod#load} needs. */
  ModelArrays save();
}
