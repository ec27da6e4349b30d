package dev.tidewatch.monitor.delivery;

import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;

/** Settings of the delivery of alerts. All times are real. */
public record DeliveryConfig(
    @Setting(
            description = "How long a receiver may take for an attempt, 100ms to 60s.",
            defaultValue = "10s")
        Duration timeout,
    @Setting(
            description = "Deliveries under way at once to one target, 1 to 256.",
            defaultValue = "16")
        int concurrency,
    @Setting(
            description = "Pause after the first failed attempt; it doubles with each one.",
            defaultValue = "1s")
        Duration pauseMin,
    @Setting(description = "Longest pause between attempts.", defaultValue = "5m")
        Duration pauseMax,
    @Setting(
            description =
                "How long a group of alerts collects before it is sent, for rules that group.",
            defaultValue = "1s")
        Duration groupWait,
    @Setting(description = "How long deliveries that arrived are kept.", defaultValue = "7d")
        Duration deliveredKept,
    @Setting(description = "How long dead letters are kept.", defaultValue = "90d")
        Duration deadLettersKept) {
  public DeliveryConfig {
    requireWithin("timeout", timeout, Duration.ofMillis(100), Duration.ofSeconds(60));
    if (concurrency < 1 || concurrency > 256) {
      throw new IllegalArgumentException("concurrency: " + concurrency + ", expected 1 to 256");
    }
    requireWithin("pause-min", pauseMin, Duration.ofMillis(1), Duration.ofHours(1));
    requireWithin("pause-max", pauseMax, pauseMin, Duration.ofDays(1));
    requireWithin("group-wait", groupWait, Duration.ZERO, Duration.ofHours(1));
    requireWithin("delivered-kept", deliveredKept, Duration.ofMinutes(1), Duration.ofDays(36_500));
    requireWithin(
        "dead-letters-kept", deadLettersKept, Duration.ofMinutes(1), Duration.ofDays(36_500));
  }

  /** Longer than any attempt takes, so that nobody sends what is being sent. */
  Duration lease() {
    return timeout.plusSeconds(5);
  }

  private static void requireWithin(String name, Duration value, Duration least, Duration longest) {
    if (value.compareTo(least) < 0 || value.compareTo(longest) > 0) {
      throw new IllegalArgumentException(
          "%s: %s, expected %s to %s".formatted(name, value, least, longest));
    }
  }
}
