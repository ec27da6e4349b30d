package dev.tidewatch.monitor;

import dev.tidewatch.monitor.accuracy.AccuracyRoller;
import dev.tidewatch.monitor.ledger.LedgerRetention;
import dev.tidewatch.monitor.storage.PostgresAccuracyRollups;
import dev.tidewatch.monitor.storage.PostgresLedgerPruning;
import dev.tidewatch.serverkit.database.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;

/** What goes on in the ledger by itself: past days are summed up, old rows go. */
final class LedgerUpkeep implements AutoCloseable {
  private final AccuracyRoller roller;
  private final LedgerRetention retention;

  private LedgerUpkeep(AccuracyRoller roller, LedgerRetention retention) {
    this.roller = roller;
    this.retention = retention;
  }

  /**
   * Begins both.
   *
   * @param clock domain time
   */
  static LedgerUpkeep open(Database database, InstantSource clock, LedgerConfig config) {
    var rollups = new PostgresAccuracyRollups(database, new SplittableRandom());
    return new LedgerUpkeep(
        new AccuracyRoller(rollups, clock, config.rollupInterval()).start(),
        new LedgerRetention(new PostgresLedgerPruning(database), clock, config.retention())
            .start());
  }

  /** Earliest origin that is still recorded; empty: any. */
  Optional<Instant> originMin() {
    return retention.originMin();
  }

  @Override
  public void close() {
    retention.close();
    roller.close();
  }
}
