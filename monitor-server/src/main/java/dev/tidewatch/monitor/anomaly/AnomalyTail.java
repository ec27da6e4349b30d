package dev.tidewatch.monitor.anomaly;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the newest position of the log and wakes whoever waits for a newer one. Changes of this
 * process are known at once, those of other replicas by one shared look at the database every so
 * often, however many wait. Thread-safe.
 */
public final class AnomalyTail implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AnomalyTail.class);

  private final AnomalyStore store;
  private final Duration lookInterval;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Thread thread;
  private long position;
  private boolean closed;

  public AnomalyTail(AnomalyStore store, Duration lookInterval) {
    this.store = store;
    this.lookInterval = lookInterval;
    this.thread = Thread.ofPlatform().daemon().name("anomaly-tail").unstarted(this::run);
  }

  public AnomalyTail start() {
    thread.start();
    return this;
  }

  /** Looks now; call it after a change of this process was committed. */
  public void look() {
    long newest = store.head().position();
    lock.lock();
    try {
      if (newest > position) {
        position = newest;
        moved.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something behind the position, the time is over, or the tail is closed.
   */
  public void await(long behind, Duration longest) throws InterruptedException {
    long nanos = longest.toNanos();
    lock.lockInterruptibly();
    try {
      while (position <= behind && !closed && nanos > 0) {
        nanos = moved.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (!isClosed()) {
      try {
        look();
      } catch (RuntimeException e) {
        log.warn("Looking for new anomalies failed, trying again: {}", e.getMessage());
      }
      try {
        TimeUnit.NANOSECONDS.sleep(lookInterval.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
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
    thread.interrupt();
  }
}
