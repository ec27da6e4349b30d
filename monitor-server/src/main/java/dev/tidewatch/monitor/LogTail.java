package dev.tidewatch.monitor;

import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Knows the newest position of a log and wakes whoever waits for a newer one. Changes of this
 * process are known at once, those of other replicas by one shared look at the database every so
 * often, however many wait. Thread-safe.
 */
public abstract class LogTail implements AutoCloseable {
  private final LongSupplier newest;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Rounds rounds;
  private long position;
  private boolean closed;

  /**
   * @param name of the thread
   * @param newest asks the database for the newest position
   */
  protected LogTail(String name, LongSupplier newest, Duration lookInterval) {
    this.newest = newest;
    this.rounds = Rounds.of(name, Pace.every(lookInterval), this::look);
  }

  /** Begins to look; to be called once. */
  protected final void begin() {
    rounds.start();
  }

  /** Looks now; call it after a change of this process was committed. */
  public final void look() {
    long found = newest.getAsLong();
    lock.lock();
    try {
      if (found > position) {
        position = found;
        moved.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something behind the position, the time is over, or the tail is closed.
   */
  public final void await(long behind, Duration longest) throws InterruptedException {
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

  public final boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public final void close() {
    lock.lock();
    try {
      closed = true;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    rounds.close();
  }
}
