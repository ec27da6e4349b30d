package dev.tidewatch.monitor.truth;

import java.util.Map;
import java.util.Set;

/**
 * The shards that a replica holds, each with the fence under which it may write.
 *
 * @param fences by shard
 */
public record ShardClaim(Map<Integer, Long> fences) {
  public ShardClaim {
    fences = Map.copyOf(fences);
  }

  public Set<Integer> shards() {
    return fences.keySet();
  }

  public boolean isEmpty() {
    return fences.isEmpty();
  }
}
