package dev.tidewatch.monitor.truth;

import dev.tidewatch.monitor.FeedPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Fails at random, before or after the transaction of the store behind it, and sometimes forgets to
 * let go of its shards: to the joiner this looks like a crash of its process. Owned by the joiner's
 * thread.
 */
final class FlakyActualStore implements ActualStore {
  private final ActualStore store;
  private final RandomGenerator random;
  private volatile double failureShare;

  FlakyActualStore(ActualStore store, RandomGenerator random, double failureShare) {
    this.store = store;
    this.random = random;
    this.failureShare = failureShare;
  }

  void behave() {
    failureShare = 0;
  }

  private void maybeFail(String when) {
    if (random.nextDouble() < failureShare) {
      throw new IllegalStateException("a planned failure " + when);
    }
  }

  @Override
  public void prepareShards(int shardCount, FeedPosition start) {
    store.prepareShards(shardCount, start);
  }

  @Override
  public ShardClaim claim(String owner, Instant realNow, Duration term) {
    return store.claim(owner, realNow, term);
  }

  @Override
  public void release(ShardClaim claim) {
    if (random.nextDouble() >= failureShare) {
      store.release(claim);
    }
  }

  @Override
  public Map<Integer, FeedPosition> checkpoints(ShardClaim claim) {
    return store.checkpoints(claim);
  }

  @Override
  public int apply(
      ShardClaim claim,
      Collection<Touch> touches,
      Collection<DeletedSeries> deleted,
      FeedPosition through) {
    maybeFail("before a checkpoint");
    int marked = store.apply(claim, touches, deleted, through);
    maybeFail("after a checkpoint");
    return marked;
  }

  @Override
  public void restart(ShardClaim claim, FeedPosition start) {
    store.restart(claim, start);
  }

  @Override
  public List<Target> due(ShardClaim claim, Instant now, int limit) {
    return store.due(claim, now, limit);
  }

  @Override
  public List<Target> write(
      ShardClaim claim, FeedPosition snapshot, List<TakenActual> taken, Instant takenAt) {
    maybeFail("before actuals are written");
    List<Target> changed = store.write(claim, snapshot, taken, takenAt);
    maybeFail("after actuals were written");
    return changed;
  }
}
