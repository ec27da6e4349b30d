package dev.tidewatch.ingest.intake;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many readings of all streams together may be in memory on their way to disk. A stream that
 * finds it used up waits for its turn, first come first served. Thread-safe.
 */
public final class IntakeBudget {
  private final long readingsMax;
  private final AtomicLong readings = new AtomicLong();
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  public IntakeBudget(long readingsMax) {
    if (readingsMax < 1) {
      throw new IllegalArgumentException("readingsMax: " + readingsMax);
    }
    this.readingsMax = readingsMax;
  }

  public long readingsMax() {
    return readingsMax;
  }

  /** Counts readings that arrived; they may go beyond the limit by what was asked for already. */
  public void take(long count) {
    readings.addAndGet(count);
  }

  /** Runs the action now if there is room, else as soon as there is. It must not block. */
  public void whenRoom(Runnable action) {
    if (readings.get() < readingsMax) {
      action.run();
      return;
    }
    waiting.add(action);
    // What was given back in between has not seen it.
    if (readings.get() < readingsMax) {
      runOne();
    }
  }

  /** Gives back what was taken, and lets one waiting stream go on for each batch that is done. */
  public void release(long count) {
    long left = readings.addAndGet(-count);
    if (waiting.isEmpty() || left >= readingsMax) {
      return;
    }
    runOne();
    // Nobody is left to call this when nothing is in flight, so everybody waiting goes on.
    while (readings.get() == 0 && runOne()) {}
  }

  private boolean runOne() {
    Runnable next = waiting.poll();
    if (next == null) {
      return false;
    }
    next.run();
    return true;
  }

  public long readings() {
    return readings.get();
  }
}
