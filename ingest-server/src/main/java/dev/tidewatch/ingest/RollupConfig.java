package dev.tidewatch.ingest;

import dev.tidewatch.ingest.storage.RollupLimits;
import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;

/** How rollups are kept. Durations are of real time. */
public record RollupConfig(
    @Setting(
            description =
                "Keep rollups. Off: another server on the same database keeps them, or aggregates are computed from readings.",
            defaultValue = "true")
        boolean enabled,
    @Setting(
            description = "How often to look for changes, and for hours to compute.",
            defaultValue = "1s")
        Duration interval,
    @Setting(
            description =
                "How long nothing may come for an hour before its rollups are computed; until then it is answered from readings.",
            defaultValue = "2m")
        Duration quiet,
    @Setting(
            description = "Hours of one series each that are computed in one transaction.",
            defaultValue = "1000")
        int hoursPerTransaction,
    @Setting(
            description =
                "Share of the time that is spent on computing while readings come in; when none come, it is all of it.",
            defaultValue = "0.1")
        double busyShare) {
  public RollupConfig {
    if (!interval.isPositive() || quiet.isNegative()) {
      throw new IllegalArgumentException("interval: must be positive, and quiet not negative");
    }
    if (hoursPerTransaction < 1 || !(busyShare > 0 && busyShare <= 1)) {
      throw new IllegalArgumentException(
          "hours-per-transaction: must be at least 1, and busy-share above 0 and at most 1");
    }
  }

  RollupLimits limits() {
    return new RollupLimits(interval, quiet, hoursPerTransaction, busyShare);
  }
}
