package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.SERIES;

import dev.tidewatch.serverkit.database.Database;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what deleted series left behind: their rows in every table of the schema that has a
 * {@code series_id}, rollups included, in small transactions, so that it can be stopped at any
 * moment and goes on where it was. The tombstone in {@code series} stays: an id is never used
 * again. Several servers may run it at once.
 */
public final class SeriesPurge {
  private static final Logger log = LoggerFactory.getLogger(SeriesPurge.class);
  private static final int SERIES_AT_ONCE = 100;

  private final Database database;
  private final boolean plain;
  private final int rowsAtOnce;
  private final LongCounter purged;

  /**
   * @param rowsAtOnce about how many rows one transaction removes
   */
  public SeriesPurge(Database database, Layout layout, int rowsAtOnce, Meter meter) {
    if (rowsAtOnce < 1) {
      throw new IllegalArgumentException("rowsAtOnce: " + rowsAtOnce);
    }
    this.database = database;
    this.plain = layout == Layout.PLAIN;
    this.rowsAtOnce = rowsAtOnce;
    this.purged =
        meter
            .counterBuilder("tidewatch.ingest.purge.rows")
            .setDescription("Rows of deleted series that were removed")
            .setUnit("{row}")
            .build();
  }

  /**
   * Purges every series that is due.
   *
   * @param realNow by the real clock
   * @return how many series are done with
   */
  public int run(Instant realNow) {
    List<String> tables = tables();
    int done = 0;
    while (true) {
      List<Integer> due =
          database
              .dsl()
              .select(SERIES.SERIES_ID)
              .from(SERIES)
              .where(SERIES.PURGE_AFTER.le(realNow))
              .orderBy(SERIES.PURGE_AFTER)
              .limit(SERIES_AT_ONCE)
              .fetch(SERIES.SERIES_ID);
      int before = done;
      for (int id : due) {
        done += purge(id, tables) ? 1 : 0;
      }
      // Those that are left are in the hands of another server.
      if (due.size() < SERIES_AT_ONCE || done == before) {
        return done;
      }
    }
  }

  /** False if another server is at it. */
  private boolean purge(int id, List<String> tables) {
    long rows = 0;
    for (String table : tables) {
      long removed = rowsAtOnce;
      // Until nothing is left: fewer than asked for is no sign of that.
      while (removed > 0) {
        if (Thread.currentThread().isInterrupted()) {
          return false;
        }
        removed =
            database.inTransaction(db -> {
              boolean mine =
                  db.selectOne()
                      .from(SERIES)
                      .where(SERIES.SERIES_ID.eq(id))
                      .and(SERIES.PURGE_AFTER.isNotNull())
                      .forUpdate()
                      .skipLocked()
                      .fetchOptional()
                      .isPresent();
              return mine ? (long) remove(db, table, id) : -1L;
            });
        if (removed < 0) {
          return false;
        }
        rows += removed;
        purged.add(removed);
      }
    }
    database
        .dsl()
        .update(SERIES)
        .setNull(SERIES.PURGE_AFTER)
        .where(SERIES.SERIES_ID.eq(id))
        .execute();
    log.info("purged deleted series {}: {} rows", id, rows);
    return true;
  }

  private int remove(DSLContext db, String table, int id) {
    if (!table.equals("reading")) {
      // Another partition may have a row at the same place, but never one of another series.
      return db.execute(
          """
          DELETE FROM %1$s WHERE series_id = ? AND ctid = ANY(ARRAY(
            SELECT ctid FROM %1$s WHERE series_id = ? LIMIT ?))\
          """
              .formatted(table),
          id,
          id,
          rowsAtOnce);
    }
    if (!plain) {
      db.execute("SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0");
    }
    return db.execute(
        """
        DELETE FROM reading WHERE series_id = ? AND time <= (
          SELECT max(time) FROM (SELECT time FROM reading WHERE series_id = ? ORDER BY time LIMIT ?) AS oldest)\
        """,
        id,
        id,
        rowsAtOnce);
  }

  /**
   * Tables with rows of series, in the order to go by: rollups last, since they are computed again
   * from readings that are still there. Partitions are reached through what they belong to.
   */
  private List<String> tables() {
    var tables =
        new ArrayList<>(
            database
                .dsl()
                .fetch(
                    """
                    SELECT c.relname FROM pg_class c
                    JOIN pg_namespace n ON n.oid = c.relnamespace
                    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'series_id' AND NOT a.attisdropped
                    WHERE n.nspname = ? AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'series'
                    ORDER BY CASE WHEN c.relname = 'reading' THEN 1
                      WHEN c.relname IN ('reading_minute', 'reading_hour', 'reading_day', 'reading_sketch', 'rollup_pending')
                      THEN 2 ELSE 0 END, c.relname\
                    """,
                    database.schema())
                .map(row -> row.get(0, String.class)));
    if (!plain) {
      // A continuous aggregate takes no DELETE; the hypertable that it shows does.
      tables.addAll(
          database
              .dsl()
              .fetch(
                  """
                  SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name)
                  FROM timescaledb_information.continuous_aggregates WHERE view_schema = ? ORDER BY view_name\
                  """,
                  database.schema())
              .map(row -> row.get(0, String.class)));
    }
    return tables;
  }
}
