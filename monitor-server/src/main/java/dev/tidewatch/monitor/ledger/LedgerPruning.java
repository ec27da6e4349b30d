package dev.tidewatch.monitor.ledger;

import java.time.Instant;

/** Removes what the ledger need not keep. Thread-safe. */
@FunctionalInterface
public interface LedgerPruning {
  /**
   * Removes predictions whose last target, and actuals whose interval, lies before {@code before},
   * cut to a day; oldest first. Nothing goes of a day whose accuracy is not summed up, nor of later
   * ones. The sums stay.
   *
   * @param rowsMax at most so many predictions, or if there are none, actuals
   * @return how many were removed; 0: nothing is left to remove
   */
  int prune(Instant before, int rowsMax);
}
