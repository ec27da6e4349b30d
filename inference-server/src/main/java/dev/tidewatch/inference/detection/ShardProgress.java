package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.FeedPosition;
import org.jspecify.annotations.Nullable;

/**
 * How far detection is on one shard.
 *
 * @param owned whether this replica consumes it
 * @param fence of the lease; 0 without one
 * @param checkpoint null if it was never consumed
 * @param detectors in memory
 */
public record ShardProgress(
    int shard, boolean owned, long fence, @Nullable FeedPosition checkpoint, int detectors) {}
