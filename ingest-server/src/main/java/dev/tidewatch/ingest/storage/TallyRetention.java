package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.READING_TALLY;

import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Forgets what became of readings whose days are no longer kept. Counts of rejected readings stay:
 * among them are those that were rejected for being that old.
 */
public final class TallyRetention {
  private final Database database;
  private final Duration retention;

  public TallyRetention(Database database, Duration retention) {
    this.database = database;
    this.retention = retention;
  }

  /**
   * @param now by the domain clock
   */
  public void run(Instant now) {
    LocalDate kept = LocalDate.ofInstant(now.minus(retention), ZoneOffset.UTC);
    database.dsl().deleteFrom(READING_TALLY).where(READING_TALLY.DAY.lt(kept)).execute();
  }
}
