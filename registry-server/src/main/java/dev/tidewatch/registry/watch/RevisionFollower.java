package dev.tidewatch.registry.watch;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the registry's newest revision: at once when this process made it, within a poll interval
 * when another replica did. Thread-safe.
 */
public final class RevisionFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RevisionFollower.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Duration pollInterval;
  private long revision;
  private boolean closed;
  private @Nullable Thread poller;

  public RevisionFollower(Duration pollInterval) {
    if (!pollInterval.isPositive()) {
      throw new IllegalArgumentException("pollInterval: " + pollInterval);
    }
    this.pollInterval = pollInterval;
  }

  /**
   * Begins to poll.
   *
   * @param newest asks the database
   */
  public void start(LongSupplier newest) {
    advance(newest.getAsLong());
    poller = Thread.ofVirtual().name("registry-revision").start(() -> poll(newest));
  }

  /** A change of this revision was committed. */
  public void advance(long committed) {
    lock.lock();
    try {
      if (committed > revision) {
        revision = committed;
        moved.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The newest that is known. */
  public long revision() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is a newer revision, for at most so long, or until the close. */
  public long awaitBeyond(long known, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (revision <= known && !closed && nanos > 0) {
        nanos = moved.awaitNanos(nanos);
      }
      return revision;
    } finally {
      lock.unlock();
    }
  }

  private void poll(LongSupplier newest) {
    boolean failing = false;
    while (isOpenAfter(pollInterval)) {
      try {
        advance(newest.getAsLong());
        failing = false;
      } catch (RuntimeException e) {
        if (!failing) {
          log.warn("the revision cannot be read; watchers keep what they know", e);
        }
        failing = true;
      }
    }
  }

  /** Waits, and says whether to go on; a close ends the wait and leaves a query that runs alone. */
  private boolean isOpenAfter(Duration pause) {
    lock.lock();
    try {
      long nanos = pause.toNanos();
      while (!closed && nanos > 0) {
        nanos = moved.awaitNanos(nanos);
      }
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    if (poller != null) {
      try {
        poller.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
