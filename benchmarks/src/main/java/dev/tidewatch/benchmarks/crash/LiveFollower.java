package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.sdk.Tidewatch;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Follows the feed while the campaign goes on, by a thread of its own that subscribes again after
 * each kill of the server or its database.
 */
final class LiveFollower implements AutoCloseable {
  private static final long RETRY_MILLIS = 100;
  private static final long CATCH_UP_SECONDS_MAX = 120;

  private final Tidewatch tidewatch;
  private final FeedReader reader;
  private final Thread thread;
  private volatile long end = Long.MAX_VALUE;
  private final AtomicLong subscriptions = new AtomicLong();

  private LiveFollower(Tidewatch tidewatch, FeedReader reader) {
    this.tidewatch = tidewatch;
    this.reader = reader;
    this.thread = Thread.ofPlatform().daemon().name("follower").unstarted(this::run);
  }

  /**
   * @param tidewatch closed by the follower
   */
  static LiveFollower start(Tidewatch tidewatch, Tally tally) {
    var follower = new LiveFollower(tidewatch, new FeedReader(tally));
    follower.thread.start();
    return follower;
  }

  private void run() {
    while (reader.through() < end) {
      try {
        subscriptions.incrementAndGet();
        reader.read(tidewatch.ingest().channel(), () -> end);
      } catch (StatusRuntimeException e) {
        try {
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException stopped) {
          return;
        }
      }
    }
  }

  /** Waits until everything up to the position is read; it reads no further then. */
  FeedReader catchUp(long position) throws InterruptedException {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(CATCH_UP_SECONDS_MAX);
    while (reader.through() < position) {
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException(
            "the follower is at %d and does not come to %d".formatted(reader.through(), position));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    end = position;
    // The next heartbeat wakes it.
    thread.join();
    return reader;
  }

  /** How often it subscribed. */
  long subscriptions() {
    return subscriptions.get();
  }

  @Override
  public void close() {
    thread.interrupt();
    tidewatch.close();
  }
}
