package dev.tidewatch.monitor.truth;

import java.time.Duration;

/**
 * Bounds of the join. All times are real ones.
 *
 * @param joinInterval how often due actuals are looked for
 * @param saveInterval how often a checkpoint is written while nothing changes
 * @param leaseTerm how long a shard is held without a renewal
 * @param targetsPerTurnMax actuals taken between two looks at the feed
 * @param pauseMin pause after the first failure
 * @param pauseMax longest pause
 */
public record JoinLimits(
    Duration joinInterval,
    Duration saveInterval,
    Duration leaseTerm,
    int targetsPerTurnMax,
    Duration pauseMin,
    Duration pauseMax) {
  public JoinLimits {
    requirePositive("joinInterval", joinInterval);
    requirePositive("saveInterval", saveInterval);
    requirePositive("leaseTerm", leaseTerm);
    requirePositive("pauseMin", pauseMin);
    requirePositive("pauseMax", pauseMax);
    if (targetsPerTurnMax < 1 || targetsPerTurnMax > 100_000) {
      throw new IllegalArgumentException(
          "targetsPerTurnMax: " + targetsPerTurnMax + ", expected 1 to 100000");
    }
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + ": " + duration + ", expected more than 0");
    }
  }
}
