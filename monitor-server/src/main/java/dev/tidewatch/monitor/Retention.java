package dev.tidewatch.monitor;

import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Removes rows that are older than they are to be kept, a small batch at a time, at most a fifth of
 * the time.
 */
final class Retention {
  private static final int ROWS_PER_PIECE = 1_000;
  private static final Pace PACE = Pace.every(Duration.ofMinutes(1)).resting(4);

  private Retention() {}

  /** Removes old rows of something. */
  @FunctionalInterface
  interface Pruning {
    /** Returns how many went. */
    int prune(Instant before, int rowsMax);
  }

  /**
   * Begins to remove; the caller closes it.
   *
   * @param name of the thread
   * @param clock domain time
   * @param kept 0: for ever, nothing begins
   */
  static Rounds begin(String name, Pruning pruning, InstantSource clock, Duration kept) {
    var rounds =
        Rounds.ofPieces(
            name, PACE, () -> pruning.prune(clock.instant().minus(kept), ROWS_PER_PIECE) > 0);
    return kept.isZero() ? rounds : rounds.start();
  }
}
