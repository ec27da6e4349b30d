package dev.tidewatch.serverkit.lifecycle;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A number that only rises, such as the newest position of a log that this process knows of, and
 * the means to wait until it does. Begins at zero. Thread-safe.
 */
public final class HighWaterMark implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Written under the lock.
  private volatile long height;
  private volatile boolean closed;

  /** By one. */
  public void rise() {
    lock.lock();
    try {
      riseTo(height + 1);
    } finally {
      lock.unlock();
    }
  }

  /** Does nothing if it stands that high already. */
  public void riseTo(long to) {
    lock.lock();
    try {
      if (to > height) {
        height = to;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  public long height() {
    return height;
  }

  /**
   * Waits until it stands above the known height, the time is over, or it is closed.
   *
   * @return the height
   */
  public long awaitAbove(long known, Duration longest) throws InterruptedException {
    long nanos = longest.toNanos();
    lock.lockInterruptibly();
    try {
      while (height <= known && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return height;
    } finally {
      lock.unlock();
    }
  }

  public boolean isClosed() {
    return closed;
  }

  /** Lets go of all who wait, now and later. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
