package dev.tidewatch.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Lets things happen at a fixed rate: what is late happens at once, and stays late. */
final class Pacer {
  private static final long SLEEP_NANOS = 500_000;

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
        LockSupport.parkNanos(Math.min(SLEEP_NANOS, meant - System.nanoTime()));
      }
      event.happen(i, meant);
    }
  }
}
