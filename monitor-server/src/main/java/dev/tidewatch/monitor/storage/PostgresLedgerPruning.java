package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ACCURACY_DAY;

import dev.tidewatch.monitor.ledger.LedgerPruning;
import dev.tidewatch.serverkit.database.Database;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jooq.Param;
import org.jooq.impl.DSL;

/**
 * Retention on PostgreSQL, row by row on both layouts: a prediction goes with all its steps, which
 * lie in other partitions than it, or it stays.
 */
public final class PostgresLedgerPruning implements LedgerPruning {
  private static final String PREDICTIONS =
      """
      WITH old AS (
        SELECT p.prediction_id, p.origin FROM monitor.prediction p JOIN monitor.grid g ON g.grid_id = p.grid_id
        WHERE p.origin < {0} AND p.origin + p.step_count * g.step_seconds * interval '1 second' <= {0}
        ORDER BY p.origin LIMIT {1} FOR UPDATE OF p SKIP LOCKED
      ), gone AS (
        DELETE FROM monitor.prediction p USING old
        WHERE p.prediction_id = old.prediction_id AND p.origin = old.origin AND p.origin < {0}
        RETURNING p.prediction_id
      ), steps AS (
        DELETE FROM monitor.prediction_step s USING gone
        WHERE s.prediction_id = gone.prediction_id AND s.target_time < {0} + interval '1 day'
      )
      SELECT count(*) FROM gone
      """;
  private static final String ACTUALS =
      """
      WITH old AS (
        SELECT series_id, grid_id, interval_start FROM monitor.actual WHERE interval_start < {0} LIMIT {1}
      )
      DELETE FROM monitor.actual a USING old
      WHERE a.series_id = old.series_id AND a.grid_id = old.grid_id AND a.interval_start = old.interval_start
        AND a.interval_start < {0}
      """;
  private static final String FORGET_COUNTS =
      """
      UPDATE monitor.accuracy_day SET steps_pending = 0, steps_known = 0, steps_missing = 0
      WHERE day < {0} AND state = 3 AND steps_pending + steps_known + steps_missing > 0
      """;

  private final Database database;

  public PostgresLedgerPruning(Database database) {
    this.database = database;
  }

  @Override
  public int prune(Instant before, int rowsMax) {
    return database.inTransaction(db -> {
      Instant firstOpen =
          db.select(DSL.min(ACCURACY_DAY.DAY))
              .from(ACCURACY_DAY)
              .where(ACCURACY_DAY.STATE.ne((short) 3))
              .fetchSingle(DSL.min(ACCURACY_DAY.DAY));
      Instant day = before.truncatedTo(ChronoUnit.DAYS);
      Param<Instant> bound =
          DSL.val(firstOpen != null && firstOpen.isBefore(day) ? firstOpen : day, ACCURACY_DAY.DAY);
      Param<Long> limit = DSL.val((long) rowsMax);
      int predictions = db.fetchSingle(PREDICTIONS, bound, limit).get(0, Integer.class);
      if (predictions > 0) {
        return predictions;
      }
      db.execute(FORGET_COUNTS, bound);
      return db.execute(ACTUALS, bound, limit);
    });
  }
}
