package dev.tidewatch.monitor.alert;

import java.time.Instant;
import java.util.List;

/** Looks from time to time whether the condition of a rule holds. Called by one thread. */
@FunctionalInterface
public interface ConditionEvaluator {
  /**
   * For what the condition holds, or cannot be decided; what is not named is over. Whatever it
   * throws leaves all alerts of the rule as they are.
   *
   * @param rule one whose condition this evaluator is for
   * @param now domain time
   */
  List<Finding> evaluate(AlertRule rule, Instant now);
}
