package dev.tidewatch.monitor.truth;

import dev.tidewatch.monitor.FeedPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where changes are followed. Thread-safe. */
public interface FeedSource {
  /**
   * The feed as it is.
   *
   * @param shardCount fixed for the life of the database
   */
  record FeedState(FeedPosition head, int shardCount) {}

  /**
   * Everything up to a commit, as far as it concerns the subscriber.
   *
   * @param touches what changed since the step before
   * @param deleted series that were deleted since the step before; touches name them too
   * @param head newest commit known
   */
  record FeedStep(
      FeedPosition through, List<Touch> touches, List<DeletedSeries> deleted, FeedPosition head) {}

  /** An open subscription. Owned by one thread; close from any. */
  interface Subscription extends AutoCloseable {
    /**
     * The next step, waiting for it; empty if none came in time.
     *
     * @throws FeedExpiredException if the feed does not reach back to where the subscription began
     */
    Optional<FeedStep> poll(Duration wait) throws InterruptedException;

    @Override
    void close();
  }

  FeedState state();

  Subscription subscribe(FeedPosition after, Set<Integer> shards);
}
