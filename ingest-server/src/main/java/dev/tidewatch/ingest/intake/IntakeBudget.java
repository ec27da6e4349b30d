package dev.tidewatch.ingest.intake;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;

/**
 * How many readings of all streams together may be in memory on their way to disk. A stream that
 * finds it used up waits for its turn, first come first served. Thread-safe.
 */
public final class IntakeBudget {
  private final long readingsMax;

  @GuardedBy("this")
  private long readings;

  @GuardedBy("this")
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

  public IntakeBudget(long readingsMax) {
    if (readingsMax < 1) {
      throw new IllegalArgumentException("readingsMax: " + readingsMax);
    }
    this.readingsMax = readingsMax;
  }

  /** Counts readings that arrived; they may go beyond the limit by what was asked for already. */
  public synchronized void take(long count) {
    readings += count;
  }

  /** Runs the action now if there is room, else as soon as there is. It must not block. */
  public void whenRoom(Runnable action) {
    synchronized (this) {
      if (readings >= readingsMax) {
        waiting.add(action);
        return;
      }
    }
    action.run();
  }

  /** Gives back what was taken, and lets one waiting stream go on for each batch that is done. */
  public void release(long count) {
    Runnable next;
    synchronized (this) {
      readings -= count;
      next = readings < readingsMax ? waiting.poll() : null;
    }
    if (next != null) {
      next.run();
    }
    drainWhenIdle();
  }

  /**
   * Nobody is left to call {@link #release} when nothing is in flight, so everybody waiting goes
   * on.
   */
  private void drainWhenIdle() {
    while (true) {
      Runnable next;
      synchronized (this) {
        next = readings == 0 ? waiting.poll() : null;
      }
      if (next == null) {
        return;
      }
      next.run();
    }
  }

  public synchronized long readings() {
    return readings;
  }
}
