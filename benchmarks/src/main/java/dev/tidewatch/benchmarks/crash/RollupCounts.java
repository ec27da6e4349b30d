package dev.tidewatch.benchmarks.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How many readings the server's rollups have counted, read where it keeps them. */
final class RollupCounts {
  /** Minutes are kept only of busy hours. */
  private static final List<String> ROLLUPS = List.of("reading_hour", "reading_day");

  private static final long CATCH_UP_SECONDS_MAX = 120;

  private RollupCounts() {}

  /** Waits until the rollups are through with the feed; false if they never are. */
  static boolean awaitCaughtUp(Connection connection) throws SQLException, InterruptedException {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(CATCH_UP_SECONDS_MAX);
    while (!isCaughtUp(connection)) {
      if (System.nanoTime() > giveUp) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return true;
  }

  private static boolean isCaughtUp(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                SELECT (SELECT position FROM ingest.rollup_head) >= (SELECT position FROM ingest.feed_head)
                  AND NOT EXISTS (SELECT FROM ingest.rollup_pending)\
                """)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /**
   * Compares with what was sent, for each rollup and writer.
   *
   * @param sent readings by number of writer
   */
  static void compare(Connection connection, long[] sent, Verdict verdict) throws SQLException {
    for (String rollup : ROLLUPS) {
      long[] counted = new long[sent.length];
      try (Statement statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "SELECT name, sum(reading_count) FROM ingest."
                      + rollup
                      + " JOIN ingest.series USING (series_id) GROUP BY name")) {
        while (rows.next()) {
          int writer = Script.writerOf(rows.getString(1));
          if (writer >= 0 && writer < counted.length) {
            counted[writer] += rows.getLong(2);
          }
        }
      }
      long doubled = 0;
      long missing = 0;
      for (int writer = 0; writer < sent.length; writer++) {
        long excess = counted[writer] - sent[writer];
        if (excess != 0) {
          verdict.fault(
              "%s: %d readings of writer %d, %d were sent",
              rollup, counted[writer], writer, sent[writer]);
        }
        doubled += Math.max(0, excess);
        missing += Math.max(0, -excess);
        verdict.rollupReadings += counted[writer];
      }
      verdict.doubledInRollups = Math.max(verdict.doubledInRollups, doubled);
      verdict.lostInRollups = Math.max(verdict.lostInRollups, missing);
    }
  }
}
