package dev.tidewatch.ingest.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the feed lasts. */
public interface FeedStore {
  /**
   * Who blocks are kept for.
   *
   * @param position done with everything up to here
   * @param checkpointTime when it last said so
   */
  record Consumer(
      String consumerId, long position, Instant createTime, Optional<Instant> checkpointTime) {}

  /**
   * How much is kept.
   *
   * @param floor the oldest position one may subscribe after
   */
  record Kept(FeedPosition head, long floor, long blockCount, long byteCount) {}

  FeedPosition head();

  /** The oldest position one may subscribe after. */
  long floor();

  Kept kept();

  /**
   * The blocks after a position, in order, without gaps.
   *
   * @param shards whose sections to fetch; empty: of all
   * @param through the last position wanted
   * @param bytesMax where to stop; at least one block comes
   */
  List<FeedBlock> read(long after, long through, Set<Integer> shards, long bytesMax);

  /** The newest position committed at or before a time; 0 if there is none. */
  long positionAt(Instant commitTime);

  /** The oldest position whose commit time is sure to be known. */
  long oldestRemembered();

  /** Registers a consumer if it is not known; answers where it stands. */
  Consumer register(String consumerId, long position, Instant now);

  /** Moves a consumer on, never back; empty if it is not registered. */
  Optional<Consumer> checkpoint(String consumerId, long position, Instant now);

  Optional<Consumer> consumer(String consumerId);

  List<Consumer> consumers();

  void forget(String consumerId);

  /**
   * Removes sections that nobody needs: those that every consumer has passed and that are older
   * than {@code spare}, and all that are older than {@code ageMax} or beyond {@code bytesMax}.
   * Removes at most a bounded number; answers how many blocks that were.
   */
  int prune(Instant realNow, Duration spare, Duration ageMax, long bytesMax);
}
