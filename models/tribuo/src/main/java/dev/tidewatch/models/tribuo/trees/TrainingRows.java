package dev.tidewatch.models.tribuo.trees;

/**
 * What trees are fitted on.
 *
 * @param features by row, then feature; {@code NaN} where missing
 * @param targets by row; finite
 */
@SuppressWarnings("ArrayRecordComponent") // handed over between two classes of this package
record TrainingRows(double[][] features, double[] targets) {
  TrainingRows {
    if (features.length != targets.length || targets.length == 0) {
      throw new IllegalArgumentException(
          "%d rows with %d targets".formatted(features.length, targets.length));
    }
  }

  int size() {
    return targets.length;
  }
}
