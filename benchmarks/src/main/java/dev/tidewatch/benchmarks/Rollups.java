package dev.tidewatch.benchmarks;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Waits until the rollups hold what was written so far, so that they do not work meanwhile. */
final class Rollups {
  private static final long POLL_MILLIS = 100;

  private Rollups() {}

  /**
   * Waits.
   *
   * @return seconds that it took; negative if it was not over after {@code secondsMax}
   */
  static double await(BenchDatabase database, long secondsMax)
      throws SQLException, InterruptedException {
    if (database.number("SELECT (to_regclass('ingest.rollup_head') IS NOT NULL)::integer") == 0) {
      return 0;
    }
    long started = System.nanoTime();
    long deadline = started + TimeUnit.SECONDS.toNanos(secondsMax);
    while (System.nanoTime() < deadline) {
      long behind =
          database.number(
              """
              SELECT (r.position < f.position OR EXISTS (SELECT FROM ingest.rollup_pending))::integer
              FROM ingest.rollup_head r, ingest.feed_head f
              """);
      if (behind == 0) {
        return (System.nanoTime() - started) / 1e9;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return -1;
  }
}
