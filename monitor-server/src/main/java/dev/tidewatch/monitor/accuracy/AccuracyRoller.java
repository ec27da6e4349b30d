package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Rolls days up, on a thread of its own. It works at most a fifth of the time, so that predictions
 * of long ago, which open days again as they are recorded, cannot keep it busy.
 */
public final class AccuracyRoller implements AutoCloseable {
  private static final int DAYS_PER_TURN = 200;
  private static final int REST_FACTOR = 4;
  private static final Duration REOPEN_INTERVAL = Duration.ofMinutes(10);

  private final AccuracyRollups rollups;
  private final InstantSource clock;
  private final Rounds rounds;
  private long reopenAt = System.nanoTime();

  /**
   * @param clock domain time
   * @param interval how often days that are over are looked for, in real time
   */
  public AccuracyRoller(AccuracyRollups rollups, InstantSource clock, Duration interval) {
    this.rollups = rollups;
    this.clock = clock;
    this.rounds =
        Rounds.ofPieces("accuracy-roller", Pace.every(interval).resting(REST_FACTOR), this::turn);
  }

  public AccuracyRoller start() {
    rounds.start();
    return this;
  }

  /** Returns true if there may be more days to roll up. */
  private boolean turn() throws InterruptedException {
    long now = System.nanoTime();
    if (now - reopenAt >= 0) {
      rollups.reopenUnfinished();
      reopenAt = now + REOPEN_INTERVAL.toNanos();
    }
    return rollups.roll(clock.instant(), DAYS_PER_TURN) == DAYS_PER_TURN;
  }

  @Override
  public void close() {
    rounds.close();
  }
}
