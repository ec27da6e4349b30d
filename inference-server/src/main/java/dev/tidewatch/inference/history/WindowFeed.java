package dev.tidewatch.inference.history;

import dev.tidewatch.inference.feed.Feed;
import dev.tidewatch.inference.feed.FeedEvent;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the whole feed into a {@link WindowMemory}. It is no registered consumer: where the feed
 * no longer has what comes next, the memory begins anew.
 */
public final class WindowFeed {
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

  /** Begins to follow; the caller closes it. */
  public Rounds start() {
    return Rounds.of("window-feed", Pace.every(RETRY).pausing(RETRY, RETRY), this::follow).start();
  }

  /** Until the feed falls silent or fails; windows rest until it is heard again. */
  private void follow() throws InterruptedException {
    try {
      listen();
    } catch (Feed.FeedExpired e) {
      LOG.info("windows in memory begin anew: {}", e.getMessage());
      memory.reset();
    } finally {
      memory.pause();
    }
  }

  private void listen() throws InterruptedException {
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
