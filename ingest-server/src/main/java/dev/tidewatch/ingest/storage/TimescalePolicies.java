package dev.tidewatch.ingest.storage;

import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the policies of the hypertable be what the configuration says; TimescaleDB's own scheduler
 * runs them. A policy that is as wanted already keeps its schedule.
 */
public final class TimescalePolicies {
  private static final Logger log = LoggerFactory.getLogger(TimescalePolicies.class);

  /** So that servers that start together do not add a policy twice. */
  private static final long ADVISORY_LOCK = 0x7469646577617464L;

  private final Database database;

  public TimescalePolicies(Database database) {
    this.database = database;
  }

  /**
   * @param columnstoreAfter how old chunks become columnstore; empty: never
   * @param retention how old chunks are dropped; empty: never
   */
  public void apply(Optional<Duration> columnstoreAfter, Optional<Duration> retention) {
    try {
      database.inTransaction(db -> {
        db.execute("SELECT pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
        String functions = functionsSchema(db);
        if (differs(db, "policy_compression", "compress_after", columnstoreAfter)) {
          db.execute(
              "CALL %s.remove_columnstore_policy('reading', if_exists => true)"
                  .formatted(functions));
          columnstoreAfter.ifPresent(after ->
              db.execute(
                  "CALL %s.add_columnstore_policy('reading', after => interval '%d seconds')"
                      .formatted(functions, after.toSeconds())));
        }
        if (differs(db, "policy_retention", "drop_after", retention)) {
          db.execute(
              "SELECT %s.remove_retention_policy('reading', if_exists => true)"
                  .formatted(functions));
          retention.ifPresent(after ->
              db.execute(
                  "SELECT %s.add_retention_policy('reading', drop_after => interval '%d seconds')"
                      .formatted(functions, after.toSeconds())));
        }
        return true;
      });
    } catch (DataAccessException e) {
      log.warn(
          "policies were not set, so nothing is compressed or dropped; they need the community build of TimescaleDB",
          e);
    }
  }

  /** Where the extension put its functions. */
  static String functionsSchema(DSLContext db) {
    return db.fetchSingle(
            """
            SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'timescaledb'\
            """)
        .get(0, String.class);
  }

  private static boolean differs(
      DSLContext db, String procedure, String setting, Optional<Duration> wanted) {
    Optional<Long> seconds =
        db.fetchOptional(
                """
                SELECT extract(epoch FROM (config ->> ?)::interval)::bigint
                FROM timescaledb_information.jobs
                WHERE proc_name = ? AND hypertable_schema = current_schema() AND hypertable_name = 'reading'\
                """,
                setting,
                procedure)
            .map(row -> row.get(0, Long.class));
    return !seconds.equals(wanted.map(Duration::toSeconds));
  }
}
