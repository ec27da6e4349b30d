package dev.tidewatch.monitor.truth;

import dev.tidewatch.monitor.FeedPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Keeps actuals, and how far the feed has been followed. Every write names the claim under which it
 * is made and does nothing if one of its fences is old. Thread-safe.
 */
public interface ActualStore {
  /**
   * Sees to it that shards 0 to {@code shardCount - 1} exist, beginning at {@code start} where they
   * are new.
   */
  void prepareShards(int shardCount, FeedPosition start);

  /**
   * Takes every shard that nobody holds, or whose lease has run out, and renews those that {@code
   * owner} holds.
   *
   * @param realNow real time
   */
  ShardClaim claim(String owner, Instant realNow, Duration term);

  /** Lets go of what {@code claim} holds, so that another replica need not wait. */
  void release(ShardClaim claim);

  /** The checkpoints of the claimed shards. */
  Map<Integer, FeedPosition> checkpoints(ShardClaim claim);

  /**
   * In one transaction: removes the predictions of deleted series that were made before the
   * deletion, so that they never meet the readings of another series of that name; marks every
   * taken actual that a touch reaches as to be taken again; and moves the checkpoints of all
   * claimed shards that lie before {@code through} to it.
   *
   * <p>A prediction was made after a deletion if the commit at which its history was read says so;
   * one that does not tell it counts as made before.
   *
   * @return how many actuals were marked
   * @throws LeaseLostException if a fence is old
   */
  int apply(
      ShardClaim claim,
      Collection<Touch> touches,
      Collection<DeletedSeries> deleted,
      FeedPosition through);

  /**
   * In one transaction: marks every taken actual of the claimed shards as to be taken again and
   * sets the checkpoints to {@code start}: what to do when the feed no longer reaches back to them.
   *
   * @throws LeaseLostException if a fence is old
   */
  void restart(ShardClaim claim, FeedPosition start);

  /** The targets of the claimed shards that are to be taken, longest due first. */
  List<Target> due(ShardClaim claim, Instant now, int limit);

  /**
   * Writes what was taken. An actual that is as it was only loses its mark.
   *
   * @param snapshot commit at which the readings were read; nothing is written if a checkpoint lies
   *     behind it, since a change in between might be missed
   * @param takenAt domain time
   * @return the targets whose state or value changed
   * @throws LeaseLostException if a fence is old, or the snapshot lies before a checkpoint
   */
  List<Target> write(
      ShardClaim claim, FeedPosition snapshot, List<TakenActual> taken, Instant takenAt);
}
