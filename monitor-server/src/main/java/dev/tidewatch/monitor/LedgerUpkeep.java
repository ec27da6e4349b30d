package dev.tidewatch.monitor;

import dev.tidewatch.monitor.accuracy.AccuracyRoller;
import dev.tidewatch.monitor.storage.PostgresAccuracyRollups;
import dev.tidewatch.monitor.storage.PostgresLedgerPruning;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;

/** What goes on in the ledger by itself: past days are summed up, old rows go. */
final class LedgerUpkeep implements AutoCloseable {
  /**
   * A prediction must begin so much after what is removed, so that its days are summed up before
   * their steps are.
   */
  private static final Duration MARGIN = Duration.ofDays(2);

  private final AccuracyRoller roller;
  private final Rounds pruning;
  private final InstantSource clock;
  private final Duration retention;

  private LedgerUpkeep(
      AccuracyRoller roller, Rounds pruning, InstantSource clock, Duration retention) {
    this.roller = roller;
    this.pruning = pruning;
    this.clock = clock;
    this.retention = retention;
  }

  /**
   * Begins both.
   *
   * @param clock domain time
   */
  static LedgerUpkeep open(Database database, InstantSource clock, LedgerConfig config) {
    var rollups = new PostgresAccuracyRollups(database, new SplittableRandom());
    var pruning = new PostgresLedgerPruning(database);
    return new LedgerUpkeep(
        new AccuracyRoller(rollups, clock, config.rollupInterval()).start(),
        Retention.begin("ledger-retention", pruning::prune, clock, config.retention()),
        clock,
        config.retention());
  }

  /** Earliest origin that is still recorded; empty: any. */
  Optional<Instant> originMin() {
    return retention.isZero()
        ? Optional.empty()
        : Optional.of(clock.instant().minus(retention).plus(MARGIN));
  }

  @Override
  public void close() {
    pruning.close();
    roller.close();
  }
}
