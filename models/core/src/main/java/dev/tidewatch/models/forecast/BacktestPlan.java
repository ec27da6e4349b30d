package dev.tidewatch.models.forecast;

/**
 * How a back-test walks through the history.
 *
 * @param folds how often the model is fitted anew, 1 to 100
 * @param testIntervals newest intervals of the history that are forecast and scored; split evenly
 *     over the folds
 * @param strideIntervals from one origin to the next within a fold
 * @param gapIntervals left out between the end of what is fitted on and a fold's first origin
 * @param trainingIntervalsMax fitted on at most so many newest intervals (a sliding window); 0 for
 *     all (expanding)
 */
public record BacktestPlan(
    int folds, int testIntervals, int strideIntervals, int gapIntervals, int trainingIntervalsMax) {
  public BacktestPlan {
    if (folds < 1 || folds > 100 || testIntervals < folds || strideIntervals < 1) {
      throw new IllegalArgumentException(
          "back-test of %d folds over %d intervals with stride %d is not possible"
              .formatted(folds, testIntervals, strideIntervals));
    }
    if (gapIntervals < 0 || trainingIntervalsMax < 0) {
      throw new IllegalArgumentException(
          "gap and training length of a back-test cannot be negative");
    }
  }

  /**
   * The newest fifth of the history in up to 4 folds, an origin every horizon (at most 200), no
   * gap, expanding.
   */
  public static BacktestPlan standard(int historyIntervals, int horizon) {
    int test = Math.max(historyIntervals / 5, Math.min(horizon, historyIntervals));
    int stride = Math.max(horizon, Math.ceilDiv(test, 200));
    return new BacktestPlan(
        Math.clamp(test / Math.max(1, horizon), 1, 4), Math.max(test, 1), stride, 0, 0);
  }
}
