package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.LAYOUT;

import dev.tidewatch.serverkit.database.Database;

/** How the first migration laid the database out; nothing above storage can tell the difference. */
public enum Layout {
  /** Native monthly partitions. */
  PLAIN,
  /** TimescaleDB hypertables. */
  TIMESCALE;

  /** The fixed properties of a database. */
  public record Recorded(Layout layout, int shardCount) {}

  /** Reads what was recorded. */
  public static Recorded read(Database database) {
    return database
        .dsl()
        .select(LAYOUT.KIND, LAYOUT.SHARD_COUNT)
        .from(LAYOUT)
        .fetchSingle(row ->
            new Recorded(row.value1().equals("timescale") ? TIMESCALE : PLAIN, row.value2()));
  }
}
