package dev.tidewatch.monitor.storage;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.truth.ShardClaim;
import dev.tidewatch.monitor.truth.TakenActual;
import dev.tidewatch.monitor.truth.Target;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of what is read from predictions and their actuals; a subclass says on which database. */
abstract class JoinedLedger {
  private static final FeedPosition START = new FeedPosition(7, 40);

  Database database;
  PostgresLedgerStore ledger;
  PostgresActualStore actuals;
  ShardClaim claim;
  private TestDatabase test;

  abstract TestDatabase newDatabase();

  @BeforeEach
  final void openLedger() {
    test = newDatabase();
    database = test.open("monitor");
    ledger = new PostgresLedgerStore(database, 4);
    actuals = new PostgresActualStore(database, 4);
    actuals.prepareShards(4, START);
    claim = actuals.claim("a", Instant.parse("2030-01-01T00:00:00Z"), Duration.ofSeconds(10));
  }

  @AfterEach
  final void closeLedger() {
    database.close();
    test.close();
  }

  /** Takes all actuals that are due by then. */
  final void take(Instant now, ToDoubleFunction<Target> truth) {
    List<TakenActual> taken =
        actuals.due(claim, now, 1_000_000).stream()
            .map(target -> new TakenActual(target, truth.applyAsDouble(target)))
            .toList();
    if (!taken.isEmpty()) {
      actuals.write(claim, START, taken, now);
    }
  }
}
