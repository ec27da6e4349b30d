package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;

/** How the feed is kept and followed. Durations are of real time. */
public record FeedConfig(
    @Setting(
            description = "How often to look for commits of other servers on the same database.",
            defaultValue = "20ms")
        Duration pollInterval,
    @Setting(
            description = "Blocks are kept at least so long, even when every consumer has passed.",
            defaultValue = "1d")
        Duration keepMin,
    @Setting(
            description = "Blocks are kept at most so long, even when a consumer has not passed.",
            defaultValue = "7d")
        Duration keepMax,
    @Setting(description = "Blocks are kept up to this size.", defaultValue = "20GiB")
        ByteSize keepBytes,
    @Setting(description = "How often to look for blocks that can go.", defaultValue = "1m")
        Duration pruneInterval) {
  public FeedConfig {
    if (keepMax.compareTo(keepMin) < 0) {
      throw new IllegalArgumentException("keep-max: is below keep-min");
    }
    if (!pollInterval.isPositive() || !pruneInterval.isPositive()) {
      throw new IllegalArgumentException("poll-interval and prune-interval: must be positive");
    }
  }
}
