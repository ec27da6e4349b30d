package dev.tidewatch.monitor.accuracy;

import java.time.Instant;

/** Keeps the sums of past days, so that long windows need not look at every step. Thread-safe. */
public interface AccuracyRollups {
  /**
   * Rolls up days that are over and whose actuals are due, oldest first. Several replicas may do
   * this at once.
   *
   * @param now domain time
   * @param daysMax at most so many days of a series on a grid
   * @return how many were taken on; as many as {@code daysMax}: there may be more
   */
  int roll(Instant now, int daysMax) throws InterruptedException;

  /** Opens days again that a replica began and did not finish. Costs others at most a repeat. */
  void reopenUnfinished();
}
