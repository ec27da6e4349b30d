package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;

/** How the past is kept. How far back it is kept is a setting of the intake: retention. */
public record HistoryConfig(
    @Setting(
            description =
                "TimescaleDB: chunks this old become columnstore; longer than readings are late as a"
                    + " rule, since late ones cost several times as much afterwards. 0s: never.",
            defaultValue = "7d")
        Duration columnstoreAfter,
    @Setting(
            description =
                "How long replaced and deleted readings stay readable by as_of, by real time. 0s: for"
                    + " ever.",
            defaultValue = "90d")
        Duration supersededKept,
    @Setting(description = "How often to look for what can go.", defaultValue = "10m")
        Duration maintenanceInterval) {
  public HistoryConfig {
    if (columnstoreAfter.isNegative() || supersededKept.isNegative()) {
      throw new IllegalArgumentException(
          "columnstore-after and superseded-kept: must not be negative");
    }
    if (!maintenanceInterval.isPositive()) {
      throw new IllegalArgumentException("maintenance-interval: must be positive");
    }
  }
}
