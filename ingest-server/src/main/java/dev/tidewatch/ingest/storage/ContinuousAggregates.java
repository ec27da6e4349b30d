package dev.tidewatch.ingest.storage;

import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/** The rollups of the TimescaleDB layout. Used by one thread at a time. */
final class ContinuousAggregates {
  /** Hours apart that are refreshed together: what did not change in between costs nothing. */
  private static final int GAP_HOURS = 24;

  /** So that one refresh is not too much work. */
  private static final int WINDOW_HOURS = 7 * 24;

  private static final int DAY_HOURS = 24;

  private @org.jspecify.annotations.Nullable Boolean takesOptions;

  /**
   * Computes again whatever changed in the hours, and perhaps around them. Not to be called in a
   * transaction.
   *
   * @param hours since 1970-01-01T00:00Z, rising
   */
  void refresh(Connection connection, int[] hours) throws SQLException {
    for (int i = 0; i < hours.length; ) {
      int from = hours[i];
      int to = from + 1;
      while (i < hours.length && hours[i] - to <= GAP_HOURS && hours[i] < from + WINDOW_HOURS) {
        to = hours[i] + 1;
        i++;
      }
      refresh(connection, "reading_minute", from, to);
      refresh(connection, "reading_hour", from, to);
      refresh(
          connection,
          "reading_day",
          Math.floorDiv(from, DAY_HOURS) * DAY_HOURS,
          Math.ceilDiv(to, DAY_HOURS) * DAY_HOURS);
    }
  }

  private void refresh(Connection connection, String aggregate, int fromHour, int toHour)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // In one piece: by default it goes by a few buckets at a time, and each time through a whole
      // chunk, which has no index on time alone.
      statement.execute(
          "CALL %s.refresh_continuous_aggregate('%s', '%s'::timestamptz, '%s'::timestamptz%s)"
              .formatted(
                  Timescale.schema(connection),
                  aggregate,
                  instant(fromHour),
                  instant(toHour),
                  takesOptions(connection)
                      ? ", options => '{\"buckets_per_batch\": 0}'::jsonb"
                      : ""));
    }
  }

  private boolean takesOptions(Connection connection) throws SQLException {
    if (takesOptions == null) {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  """
                  SELECT EXISTS (SELECT FROM pg_proc WHERE proname = 'refresh_continuous_aggregate'
                    AND 'options' = ANY (proargnames))\
                  """)) {
        row.next();
        takesOptions = row.getBoolean(1);
      }
    }
    return takesOptions;
  }

  private static Instant instant(int hour) {
    return Times.toInstant(hour * Times.MICROS_PER_HOUR);
  }
}
