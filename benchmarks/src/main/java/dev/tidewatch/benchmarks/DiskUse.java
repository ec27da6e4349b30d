package dev.tidewatch.benchmarks;

import java.sql.SQLException;

/**
 * What the ingest schema takes on disk at one moment, in bytes, indexes included.
 *
 * @param readings the readings
 * @param feed feed blocks, writers and what was answered to them
 * @param writeAheadLog what was ever written to the write-ahead log
 */
record DiskUse(long readings, long feed, long writeAheadLog) {
  static DiskUse of(BenchDatabase database) throws SQLException {
    // Partitions of the plain layout and chunks of a hypertable are both its heirs.
    long readings =
        database.number(
            """
            SELECT pg_total_relation_size('ingest.reading') + COALESCE(sum(pg_total_relation_size(inhrelid)), 0)
            FROM pg_inherits WHERE inhparent = 'ingest.reading'::regclass
            """);
    long feed =
        database.number(
            """
            SELECT sum(pg_total_relation_size(oid)) FROM pg_class
            WHERE relnamespace = 'ingest'::regnamespace AND relkind = 'r'
              AND relname IN ('feed_section', 'feed_block', 'feed_head', 'writer', 'writer_outcome', 'request_outcome')
            """);
    long log = database.number("SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint");
    return new DiskUse(readings, feed, log);
  }

  DiskUse minus(DiskUse before) {
    return new DiskUse(
        readings - before.readings, feed - before.feed, writeAheadLog - before.writeAheadLog);
  }
}
