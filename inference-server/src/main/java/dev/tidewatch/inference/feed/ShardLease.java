package dev.tidewatch.inference.feed;

/**
 * A replica's right to consume a shard.
 *
 * @param fence rises with each change of owner
 */
public record ShardLease(int shard, String owner, long fence) {}
