package dev.tidewatch.ingest.intake;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many readings of all streams together may be in memory on their way to disk; what a batch
 * takes besides counts as {@value #BATCH_READINGS} readings. A stream that finds it used up waits
 * for its turn, first come first served. The more streams are open, the less each is to have under
 * way. Thread-safe.
 */
public final class IntakeBudget {
  /** A batch's own objects, beside its readings of 16 bytes. */
  private static final int BATCH_READINGS = 32;

  private static final int SHARE_READINGS_MIN = 1_000;
  private static final int SHARE_BATCHES_MIN = 8;

  private final long readingsMax;
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicLong readings = new AtomicLong();
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  public IntakeBudget(long readingsMax) {
    if (readingsMax < 1) {
      throw new IllegalArgumentException("readingsMax: " + readingsMax);
    }
    this.readingsMax = readingsMax;
  }

  /** A stream was opened. */
  public void enter() {
    streams.incrementAndGet();
  }

  /** A stream has ended. */
  public void leave() {
    streams.decrementAndGet();
  }

  /** What each of the streams that are open now may have under way. */
  public StreamShare share(IntakeLimits limits) {
    long each = readingsMax / Math.max(1, streams.get());
    return new StreamShare(
        clamp(each / BATCH_READINGS, SHARE_BATCHES_MIN, limits.streamBatchesMax()),
        clamp(each, SHARE_READINGS_MIN, limits.streamReadingsMax()));
  }

  private static int clamp(long value, int min, int max) {
    return (int) Math.min(Math.max(value, min), max);
  }

  /** Counts a batch that arrived; it may go beyond the limit by what was asked for already. */
  public void take(int batchReadings) {
    readings.addAndGet((long) batchReadings + BATCH_READINGS);
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

  /** Gives back what a batch took, and lets one waiting stream go on. */
  public void release(int batchReadings) {
    long left = readings.addAndGet(-((long) batchReadings + BATCH_READINGS));
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

  /** What is taken now. */
  public long readings() {
    return readings.get();
  }
}
