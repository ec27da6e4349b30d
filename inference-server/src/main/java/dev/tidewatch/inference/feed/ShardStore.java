package dev.tidewatch.inference.feed;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Leases, checkpoints and detector states, kept so that every replica sees them. Thread-safe. */
public interface ShardStore {
  /**
   * Takes each shard that nobody holds, whose lease has run out, or that this owner holds from an
   * earlier life; and prolongs those in {@code held}.
   *
   * @param held leases of this life
   * @param now real time
   * @param expiresAt real time
   * @return the leases of this owner afterwards; one of {@code held} that is missing was lost
   */
  List<ShardLease> lease(
      int shardCount, String owner, Collection<ShardLease> held, Instant now, Instant expiresAt);

  /** Gives leases back at once. */
  void release(Collection<ShardLease> held);

  /** By shard; a shard that was never consumed is missing. */
  Map<Integer, FeedPosition> checkpoints();

  /** The states of these series, in every slot. */
  List<DetectorState> states(Collection<String> series);

  /**
   * States of these shards, by series and slot, in pages.
   *
   * @param after the last one of the page before; null: from the beginning
   */
  List<DetectorState> statesOf(
      Collection<Integer> shards, @Nullable DetectorState after, int limit);

  /**
   * Moves the checkpoints of these shards and keeps what changed in them, all or nothing.
   *
   * @param leases of the shards
   * @param forgotten series whose states are deleted; before the others are kept
   * @throws LeaseLost if one of the leases is no longer this owner's; nothing is changed then
   */
  void checkpoint(
      Collection<ShardLease> leases,
      FeedPosition position,
      Collection<DetectorState> changed,
      Collection<String> forgotten,
      Instant now);

  /**
   * Deletes the states of every series of the leased shards: what they knew cannot be carried on.
   *
   * @throws LeaseLost if one of the leases is no longer this owner's; nothing is changed then
   */
  void forgetStates(Collection<ShardLease> leases);

  /** Another replica consumes the shard. */
  final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LeaseLost(String message) {
      super(message);
    }
  }
}
