package dev.tidewatch.ingest.feed;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest position this process knows of, and how to wait for the next one. Commits of this
 * process advance it at once, those of others when it is polled. Thread-safe.
 */
public final class FeedHead {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private volatile FeedPosition position;

  public FeedHead(FeedPosition position) {
    this.position = position;
  }

  public FeedPosition position() {
    return position;
  }

  /** Older positions are ignored. */
  public void advance(FeedPosition to) {
    lock.lock();
    try {
      if (to.epoch() > position.epoch()
          || (to.epoch() == position.epoch() && to.position() > position.position())) {
        position = to;
        advanced.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns as soon as the head is beyond the position, or after the timeout. */
  public void awaitBeyond(long known, Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long left = timeout.toNanos();
      while (position.position() <= known && left > 0) {
        left = advanced.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
