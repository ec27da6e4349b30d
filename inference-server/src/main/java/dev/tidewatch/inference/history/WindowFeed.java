package dev.tidewatch.inference.history;

import dev.tidewatch.inference.feed.Feed;
import dev.tidewatch.inference.feed.FeedEvent;
import dev.tidewatch.inference.feed.FeedPosition;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the whole feed into a {@link WindowMemory}. It is no registered consumer: where the feed
 * no longer has what comes next, the memory begins anew. One thread: {@link #run}.
 */
public final class WindowFeed implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WindowFeed.class);
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofMillis(200);

  /** Heartbeats come several times a second: this many silences, and the stream is dead. */
  private static final int SILENCES_MAX = 10;

  private final Feed feed;
  private final WindowMemory memory;

  public WindowFeed(Feed feed, WindowMemory memory) {
    this.feed = feed;
    this.memory = memory;
  }

  /** Works until the thread is interrupted. */
  @Override
  public void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        follow();
      } catch (InterruptedException e) {
        return;
      } catch (Feed.FeedExpired e) {
        LOG.info("windows in memory begin anew: {}", e.getMessage());
        memory.reset();
      } catch (RuntimeException e) {
        LOG.debug("windows in memory rest until the feed is heard again", e);
      }
      memory.pause();
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void follow() throws InterruptedException {
    FeedPosition after = memory.through();
    try (Feed.Subscription subscription =
        after == null || after.position() == 0
            ? feed.subscribeAtHead(List.of())
            : feed.subscribe(after, List.of())) {
      if (after == null || after.position() == 0) {
        memory.reset();
      }
      int silences = 0;
      while (silences < SILENCES_MAX) {
        FeedEvent event = subscription.next(PATIENCE);
        if (event == null) {
          silences++;
        } else {
          silences = 0;
          memory.apply(event);
        }
      }
    }
  }
}
