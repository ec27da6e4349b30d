package dev.tidewatch.trainer;

import dev.tidewatch.models.forecast.BacktestPlan;

/**
 * How a training back-tests. What is 0 is chosen from history and horizon; see {@link
 * BacktestPlan#standard}.
 *
 * @param folds how often the model is fitted anew, 0 to 100
 * @param testIntervals newest intervals that are forecast and scored
 * @param strideIntervals from one origin to the next
 * @param gapIntervals left out between what is fitted on and the first origin of a fold
 * @param windowIntervals fitted on at most so many newest intervals (sliding); 0: all (expanding)
 * @param threads folds at a time, at least 1; changes nothing but the time
 */
public record Evaluation(
    int folds,
    int testIntervals,
    int strideIntervals,
    int gapIntervals,
    int windowIntervals,
    int threads) {
  /** The standard plan, one fold at a time. */
  public static final Evaluation STANDARD = new Evaluation(0, 0, 0, 0, 0, 1);

  public Evaluation {
    if (folds < 0 || folds > 100) {
      throw new IllegalArgumentException("folds: " + folds + ", want 1 to 100");
    }
    if (testIntervals < 0 || strideIntervals < 0 || gapIntervals < 0 || windowIntervals < 0) {
      throw new IllegalArgumentException("test, stride, gap and window cannot be negative");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + ", want at least 1");
    }
  }

  public Evaluation withThreads(int newThreads) {
    return new Evaluation(
        folds, testIntervals, strideIntervals, gapIntervals, windowIntervals, newThreads);
  }

  /**
   * The plan for a history.
   *
   * @param intervals of the longest series
   * @param horizon in steps
   */
  public BacktestPlan plan(int intervals, int horizon) {
    BacktestPlan standard = BacktestPlan.standard(intervals, horizon);
    int test = testIntervals > 0 ? Math.min(testIntervals, intervals) : standard.testIntervals();
    int usualFolds =
        testIntervals > 0 ? Math.clamp(test / horizon, 1, 4) : Math.min(standard.folds(), test);
    return new BacktestPlan(
        folds > 0 ? Math.min(folds, test) : usualFolds,
        test,
        strideIntervals > 0 ? strideIntervals : Math.max(horizon, Math.ceilDiv(test, 200)),
        gapIntervals,
        windowIntervals);
  }

  /** For the run's parameters and the recipe's digest. */
  String text() {
    return "folds=%d test=%d stride=%d gap=%d window=%d"
        .formatted(folds, testIntervals, strideIntervals, gapIntervals, windowIntervals);
  }
}
