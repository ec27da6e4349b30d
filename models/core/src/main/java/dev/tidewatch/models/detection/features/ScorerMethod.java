package dev.tidewatch.models.detection.features;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import java.util.Set;

/** A way to learn from rows of features, without labels. Stateless and thread-safe. */
public interface ScorerMethod {
  /** As in bundles and commands, such as {@code isolation-forest}. */
  String id();

  Set<String> parameterNames();

  /**
   * Only the method's own parameters, defaults written out.
   *
   * @throws IllegalArgumentException if one is out of bounds
   */
  Parameters checked(Parameters parameters);

  /**
   * True if the scale of its scores is to be taken from rows that it was not trained on: right
   * where scores go on growing beyond the training rows. False where they have a ceiling that
   * held-out rows come close to, as in a forest.
   */
  default boolean scaledByHeldOutRows() {
    return false;
  }

  /**
   * Deterministic for its arguments.
   *
   * @param rows at least {@link ScorerTraining#ROWS_MIN}, of equal length, finite
   */
  RowScorer train(double[][] rows, Parameters parameters, long seed);

  /**
   * @throws IllegalArgumentException if the arrays are not what its scorers save, for rows of that
   *     many features
   */
  RowScorer load(ModelArrays arrays, int features);
}
