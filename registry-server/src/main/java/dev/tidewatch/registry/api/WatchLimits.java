package dev.tidewatch.registry.api;

import java.time.Duration;

/**
 * Bounds of the watch.
 *
 * @param heartbeatInterval longest silence
 * @param slowAfter how long a watcher may take no messages before its stream is ended
 * @param partItems at most so many things in one part of a snapshot
 */
public record WatchLimits(
    Duration heartbeatInterval, Duration slowAfter, int watchersMax, int partItems) {
  public WatchLimits {
    if (!heartbeatInterval.isPositive() || !slowAfter.isPositive()) {
      throw new IllegalArgumentException("heartbeatInterval and slowAfter must be above zero");
    }
    if (watchersMax < 1 || partItems < 1) {
      throw new IllegalArgumentException("watchersMax and partItems must be at least 1");
    }
  }
}
