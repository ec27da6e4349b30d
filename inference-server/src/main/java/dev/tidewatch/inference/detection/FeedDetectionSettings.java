package dev.tidewatch.inference.detection;

import java.time.Duration;

/**
 * How detection on the feed runs.
 *
 * @param owner name of this replica in leases
 * @param shardCount of the feed
 * @param leaseDuration how long a shard stays with a replica that says nothing; renewed at a third
 *     of it
 * @param checkpointEvery longest time between a reading and the checkpoint behind it
 * @param settleWait longest time that the feed waits for a version that is being loaded
 * @param detectorsMax in memory
 */
public record FeedDetectionSettings(
    String owner,
    int shardCount,
    Duration leaseDuration,
    Duration checkpointEvery,
    Duration settleWait,
    int detectorsMax) {
  public FeedDetectionSettings {
    if (owner.isEmpty()) {
      throw new IllegalArgumentException("owner is empty");
    }
    if (shardCount < 1 || shardCount > 1_024) {
      throw new IllegalArgumentException("shardCount is %d; 1 to 1024".formatted(shardCount));
    }
    if (detectorsMax < 1) {
      throw new IllegalArgumentException("detectorsMax is %d; at least 1".formatted(detectorsMax));
    }
  }
}
