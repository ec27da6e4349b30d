package dev.tidewatch.inference.feed;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Ingest's feed. */
public interface Feed {
  /**
   * Begins behind a place.
   *
   * @param shards only these; empty: all
   */
  Subscription subscribe(FeedPosition after, Collection<Integer> shards);

  /** Begins behind the newest commit. */
  Subscription subscribeAtHead(Collection<Integer> shards);

  /**
   * Says that everything up to a place is dealt with, so that ingest need not keep it. Failures are
   * only logged.
   */
  void release(FeedPosition through);

  /** For one reading thread. */
  interface Subscription extends AutoCloseable {
    /**
     * The next event; null if none came in time.
     *
     * @throws FeedExpired if blocks behind the place are no longer kept, or it belongs to another
     *     life of the database
     * @throws dev.tidewatch.serverkit.errors.Unavailable if the stream broke; subscribe again
     *     behind the last event
     */
    @Nullable FeedEvent next(Duration longest) throws InterruptedException;

    @Override
    void close();
  }

  /** The feed cannot go on from the place that was asked for. */
  final class FeedExpired extends RuntimeException {
    private static final long serialVersionUID = 1;

    public FeedExpired(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
