package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;

/** How the rows of deleted series are removed. Durations are of real time. */
public record DeletionConfig(
    @Setting(
            description =
                "The rows of a deleted series stay so long, for queries that are under way.",
            defaultValue = "10m")
        Duration purgeDelay,
    @Setting(
            description = "How often to look for deleted series whose rows can go.",
            defaultValue = "1m")
        Duration purgeInterval,
    @Setting(
            description = "About how many rows one transaction of that job removes.",
            defaultValue = "20000")
        int purgeRows) {
  public DeletionConfig {
    if (purgeDelay.isNegative() || !purgeInterval.isPositive()) {
      throw new IllegalArgumentException(
          "purge-delay and purge-interval: must not be negative, the interval not zero");
    }
    if (purgeRows < 1) {
      throw new IllegalArgumentException("purge-rows: must be at least 1");
    }
  }
}
