package dev.tidewatch.benchmarks;

import java.util.concurrent.locks.LockSupport;

/**
 * Lets things happen at a fixed rate: what is late happens at once, and stays late. It sleeps a
 * tick at least, since a thread that is woken for each of 50,000 events a second takes a core of
 * its own from what is measured; what happens at the end of a tick counts as late since it was
 * meant.
 */
final class Pacer {
  private static final long TICK_NANOS = 500_000;

  private Pacer() {}

  /** What happens. */
  @FunctionalInterface
  interface Event {
    /**
     * The {@code index}th event.
     *
     * @param meantNanos when it should have happened, by {@link System#nanoTime}
     */
    void happen(long index, long meantNanos) throws Exception;
  }

  /** Lets {@code rate * seconds} events happen, evenly spread, on this thread. */
  static void run(double ratePerSecond, long seconds, Event event) throws Exception {
    long count = (long) (ratePerSecond * seconds);
    long started = System.nanoTime();
    for (long i = 0; i < count; i++) {
      long meant = started + (long) (i * 1e9 / ratePerSecond);
      while (System.nanoTime() < meant) {
        LockSupport.parkNanos(Math.max(TICK_NANOS, meant - System.nanoTime()));
      }
      event.happen(i, meant);
    }
  }
}
