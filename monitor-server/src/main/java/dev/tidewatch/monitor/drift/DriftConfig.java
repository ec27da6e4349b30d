package dev.tidewatch.monitor.drift;

import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;

/** Settings of the watch for drift. */
public record DriftConfig(
    @Setting(
            description = "Domain time between two comparisons of a version's inputs.",
            defaultValue = "1h")
        Duration interval,
    @Setting(
            description =
                "Newest domain time that is compared with the reference; made longer where it holds fewer grid intervals than samples-min.",
            defaultValue = "1d")
        Duration window,
    @Setting(
            description = "Values below which a comparison says nothing, 20 to 100000.",
            defaultValue = "100")
        int samplesMin,
    @Setting(
            description = "Real time between two looks for what is to be done.",
            defaultValue = "1s")
        Duration pollInterval) {
  public DriftConfig {
    requireBetween("interval", interval, Duration.ofSeconds(1), Duration.ofDays(28));
    requireBetween("window", window, Duration.ofMinutes(1), Duration.ofDays(28));
    requireBetween("poll-interval", pollInterval, Duration.ofMillis(10), Duration.ofHours(1));
    if (samplesMin < 20 || samplesMin > 100_000) {
      throw new IllegalArgumentException("samples-min: " + samplesMin + ", expected 20 to 100000");
    }
  }

  private static void requireBetween(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + ": " + value + ", expected " + least + " to " + most);
    }
  }
}
