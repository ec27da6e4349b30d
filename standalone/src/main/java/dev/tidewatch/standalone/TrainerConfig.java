package dev.tidewatch.standalone;

import dev.tidewatch.serverkit.config.Setting;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;
import java.time.Duration;

/** Settings of the worker that trains beside the servers. */
public record TrainerConfig(
    @Setting(
            description =
                "Whether this process takes retrain tasks; false where `tidewatch worker` does elsewhere.",
            defaultValue = "true")
        boolean enabled,
    @Setting(
            description =
                "How long a task is held without a sign of life; another worker takes over after that. 10s to 1h.",
            defaultValue = "60s")
        Duration lease,
    @Setting(description = "Folds of a back-test at a time, 1 to 64.", defaultValue = "1")
        int threads,
    @Setting(description = "Traces.") TelemetryConfig telemetry) {
  public TrainerConfig {
    if (lease.compareTo(Duration.ofSeconds(10)) < 0 || lease.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("lease: " + lease + ", expected 10s to 1h");
    }
    if (threads < 1 || threads > 64) {
      throw new IllegalArgumentException("threads: " + threads + ", expected 1 to 64");
    }
  }
}
