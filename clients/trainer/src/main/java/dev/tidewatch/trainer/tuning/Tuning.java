package dev.tidewatch.trainer.tuning;

import dev.tidewatch.models.training.ParameterSpace;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How to search for settings.
 *
 * @param method which trials get how much of the budget
 * @param trials settings that are tried, those given to the training included; 2 to 10,000
 * @param budget no trial begins after it; null: as long as it takes. With a budget the outcome
 *     depends on the machine
 * @param spaces what is varied, by parameter; empty: what the family declares
 * @param metric of the back-test that is to be small, such as {@code mase}
 * @param patience trials without a better one after which a random search ends; 0: never
 */
public record Tuning(
    Method method,
    int trials,
    @Nullable Duration budget,
    SortedMap<String, ParameterSpace> spaces,
    String metric,
    int patience) {
  /** Which trials get how much. */
  public enum Method {
    /** Every trial gets the whole back-test, unless it falls behind half of the others. */
    RANDOM,
    /**
     * All trials get a small back-test, the better third of them one three times as large, and so
     * on (Jamieson and Talwalkar, AISTATS 2016).
     */
    HALVING
  }

  public static final int TRIALS_MAX = 10_000;

  public Tuning {
    spaces = Collections.unmodifiableSortedMap(new TreeMap<>(spaces));
    if (trials < 2 || trials > TRIALS_MAX) {
      throw new IllegalArgumentException("trials: %d, want 2 to %d".formatted(trials, TRIALS_MAX));
    }
    if (budget != null && (budget.isNegative() || budget.isZero())) {
      throw new IllegalArgumentException("budget: " + budget + " is not positive");
    }
    if (patience < 0) {
      throw new IllegalArgumentException("patience: " + patience + " is negative");
    }
    if (!metric.matches("mae|rmse|mape|smape|mase|interval_score_[0-9.]+")) {
      throw new IllegalArgumentException(
          "metric: '%s' is none of mae, rmse, mape, smape, mase, interval_score_LEVEL"
              .formatted(metric));
    }
  }

  /** So many random trials of what the family declares, by MASE. */
  public static Tuning random(int trials) {
    return new Tuning(Method.RANDOM, trials, null, Collections.emptySortedMap(), "mase", 0);
  }
}
