package dev.tidewatch.registry;

import dev.tidewatch.registry.api.WatchLimits;
import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;

/** How watchers are served. */
public record WatchConfig(
    @Setting(description = "Longest silence towards a watcher.", defaultValue = "1s")
        Duration heartbeatInterval,
    @Setting(
            description =
                "How often changes that another replica made are looked for; own ones are known at"
                    + " once.",
            defaultValue = "200ms")
        Duration pollInterval,
    @Setting(
            description = "How long a watcher may take no messages before its stream is ended.",
            defaultValue = "30s")
        Duration slowAfter,
    @Setting(description = "Watchers at a time, 1 or more.", defaultValue = "256") int watchersMax,
    @Setting(
            description =
                "Things in one part of a snapshot, 1 to 1000; keeps messages under 4 MiB.",
            defaultValue = "200")
        int partItems,
    @Setting(
            description =
                "Revisions of which a returning watcher is told the difference; one further behind"
                    + " gets a snapshot. 1 or more.",
            defaultValue = "10000")
        int revisionsKept) {
  public WatchConfig {
    if (!heartbeatInterval.isPositive() || !pollInterval.isPositive() || !slowAfter.isPositive()) {
      throw new IllegalArgumentException(
          "heartbeat-interval, poll-interval and slow-after: expected more than zero");
    }
    if (watchersMax < 1 || revisionsKept < 1) {
      throw new IllegalArgumentException("watchers-max and revisions-kept: expected 1 or more");
    }
    if (partItems < 1 || partItems > 1000) {
      throw new IllegalArgumentException("part-items: expected 1 to 1000");
    }
  }

  WatchLimits limits() {
    return new WatchLimits(heartbeatInterval, slowAfter, watchersMax, partItems);
  }
}
