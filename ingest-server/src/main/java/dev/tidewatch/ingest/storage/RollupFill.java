package dev.tidewatch.ingest.storage;

import dev.tidewatch.timeseries.BucketStatistics;
import dev.tidewatch.timeseries.QuantileSketch;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes marked hours again from their readings: sketches on both layouts, and on the plain one
 * the buckets too, replaced by COPY, days from hours; on TimescaleDB its continuous aggregates do
 * that. Used by one thread at a time in all servers together.
 */
final class RollupFill {
  /** Minutes are kept only for hours that have more readings; of fewer, readings serve as well. */
  static final int SPARSE_HOUR = 240;

  private final boolean plain;
  private final ContinuousAggregates aggregates;
  private final int hoursMax;

  RollupFill(Layout layout, int hoursMax) {
    this.plain = layout == Layout.PLAIN;
    this.aggregates = new ContinuousAggregates();
    this.hoursMax = hoursMax;
  }

  /**
   * An hour of a series.
   *
   * @param hour hours since 1970-01-01T00:00Z
   */
  record Hour(int seriesId, int hour) {
    long beginMicros() {
      return hour * Times.MICROS_PER_HOUR;
    }
  }

  /** What an hour comes to, and its minutes. */
  private static final class Filled {
    final Hour hour;
    final BucketStatistics statistics = new BucketStatistics();
    final QuantileSketch sketch = new QuantileSketch();
    final @Nullable BucketStatistics[] minutes = new BucketStatistics[60];

    Filled(Hour hour) {
      this.hour = hour;
    }

    void add(long timeMicros, double value) {
      statistics.add(timeMicros, value);
      sketch.add(value);
      int minute = (int) ((timeMicros - hour.beginMicros()) / Times.MICROS_PER_MINUTE);
      BucketStatistics ofMinute = minutes[minute];
      if (ofMinute == null) {
        ofMinute = new BucketStatistics();
        minutes[minute] = ofMinute;
      }
      ofMinute.add(timeMicros, value);
    }
  }

  /**
   * One transaction of work.
   *
   * @param markedUntil only hours marked by then
   * @return how many hours were computed; 0: none is due
   */
  int step(Connection connection, Instant markedUntil) throws SQLException {
    connection.setAutoCommit(false);
    List<Hour> hours;
    try {
      // Marks and readings of one snapshot.
      execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      hours = due(connection, markedUntil);
      if (!hours.isEmpty()) {
        Collection<Filled> filled = compute(connection, hours);
        storeSketches(connection, hours, filled);
        if (plain) {
          storeBuckets(connection, hours, filled);
          forget(connection, hours);
        }
      }
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    if (!plain && !hours.isEmpty()) {
      // Not in a transaction. Nobody marks meanwhile: marks and fills have one thread in all.
      aggregates.refresh(connection, hours.stream().mapToInt(Hour::hour).sorted().toArray());
      forget(connection, hours);
    }
    return hours.size();
  }

  private List<Hour> due(Connection connection, Instant markedUntil) throws SQLException {
    var hours = new ArrayList<Hour>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT series_id, (extract(epoch FROM hour) / 3600)::integer FROM (
              SELECT series_id, hour FROM rollup_pending WHERE marked_at <= ?
              ORDER BY marked_at, series_id, hour LIMIT ?
            ) AS due ORDER BY series_id, hour\
            """)) {
      select.setTimestamp(1, Timestamp.from(markedUntil));
      select.setInt(2, hoursMax);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          hours.add(new Hour(row.getInt(1), row.getInt(2)));
        }
      }
    }
    return hours;
  }

  /** Reads the hours once and sums them up; an hour without readings is left out. */
  private static Collection<Filled> compute(Connection connection, List<Hour> hours)
      throws SQLException {
    var spans = new StringBuilder();
    for (int i = 0; i < hours.size(); ) {
      int to = i + 1;
      while (to < hours.size()
          && hours.get(to).seriesId == hours.get(i).seriesId
          && hours.get(to).hour == hours.get(to - 1).hour + 1) {
        to++;
      }
      spans
          .append(spans.isEmpty() ? "" : ",")
          .append(
              "(%d,timestamptz '%s',timestamptz '%s')"
                  .formatted(
                      hours.get(i).seriesId,
                      Times.toInstant(hours.get(i).beginMicros()),
                      Times.toInstant(hours.get(to - 1).beginMicros() + Times.MICROS_PER_HOUR)));
      i = to;
    }
    String select =
        """
        SELECT s.series_id, r.time, r.value
        FROM (VALUES %s) AS s (series_id, since, until) CROSS JOIN LATERAL (
          SELECT time, value FROM reading
          WHERE series_id = s.series_id AND time >= s.since AND time < s.until
        ) AS r\
        """
            .formatted(spans);
    var filled = new HashMap<Hour, Filled>();
    try (CopyOutRows rows = CopyOutRows.begin(connection, select)) {
      // Readings of an hour come together.
      Filled last = null;
      while (rows.next()) {
        int seriesId = rows.int32();
        long time = rows.timestamp();
        int hour = (int) Math.floorDiv(time, Times.MICROS_PER_HOUR);
        if (last == null || last.hour.hour != hour || last.hour.seriesId != seriesId) {
          last = filled.computeIfAbsent(new Hour(seriesId, hour), Filled::new);
        }
        last.add(time, rows.float64());
      }
    }
    return filled.values();
  }

  private static void storeSketches(
      Connection connection, List<Hour> hours, Collection<Filled> filled) throws SQLException {
    withHours(
        connection,
        "DELETE FROM reading_sketch s USING "
            + HOURS
            + " WHERE s.series_id = c.series_id AND s.hour = c.hour",
        hours);
    if (filled.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO reading_sketch (series_id, hour, sketch)
            SELECT f.series_id, to_timestamp(f.hour * 3600::bigint), f.sketch
            FROM unnest(?::integer[], ?::integer[], ?::bytea[]) AS f (series_id, hour, sketch)\
            """)) {
      insert.setArray(
          1,
          connection.createArrayOf("integer", filled.stream().map(f -> f.hour.seriesId).toArray()));
      insert.setArray(
          2, connection.createArrayOf("integer", filled.stream().map(f -> f.hour.hour).toArray()));
      insert.setArray(
          3,
          connection.createArrayOf(
              "bytea", filled.stream().map(f -> f.sketch.toByteArray()).toArray(byte[][]::new)));
      insert.executeUpdate();
    }
  }

  private static final String HOURS =
      "(SELECT u.series_id, to_timestamp(u.hour * 3600::bigint) AS hour"
          + " FROM unnest(?::integer[], ?::integer[]) AS u (series_id, hour)) AS c";

  private static void storeBuckets(
      Connection connection, List<Hour> hours, Collection<Filled> filled) throws SQLException {
    withHours(
        connection,
        "DELETE FROM reading_minute m USING "
            + HOURS
            + " WHERE m.series_id = c.series_id AND m.bucket >= c.hour AND m.bucket < c.hour + interval '1 hour'",
        hours);
    withHours(
        connection,
        "DELETE FROM reading_hour h USING "
            + HOURS
            + " WHERE h.series_id = c.series_id AND h.bucket = c.hour",
        hours);
    try (var rows = CopyRows.begin(connection, target("reading_minute"))) {
      for (Filled hour : filled) {
        for (int i = 0; i < 60 && hour.statistics.count() > SPARSE_HOUR; i++) {
          BucketStatistics minute = hour.minutes[i];
          if (minute != null) {
            row(
                rows,
                hour.hour.seriesId,
                hour.hour.beginMicros() + i * Times.MICROS_PER_MINUTE,
                minute);
          }
        }
      }
      rows.end();
    }
    try (var rows = CopyRows.begin(connection, target("reading_hour"))) {
      for (Filled hour : filled) {
        row(rows, hour.hour.seriesId, hour.hour.beginMicros(), hour.statistics);
      }
      rows.end();
    }
    List<Hour> days =
        hours.stream()
            .map(h -> new Hour(h.seriesId, h.hour - Math.floorMod(h.hour, 24)))
            .distinct()
            .toList();
    withHours(
        connection,
        "DELETE FROM reading_day d USING "
            + HOURS
            + " WHERE d.series_id = c.series_id AND d.bucket = c.hour",
        days);
    withHours(
        connection,
        """
        INSERT INTO reading_day (series_id, bucket, reading_count, value_sum, value_m2, value_min, value_max,
          value_first, time_first, value_last, time_last)
        SELECT c.series_id, c.hour, sum(h.reading_count)::bigint, sum(h.value_sum),
          (moments_merge(ARRAY[h.reading_count::double precision, h.value_sum, h.value_m2])
            FILTER (WHERE h.value_min > -1e140 AND h.value_max < 1e140))[3],
          min(h.value_min), max(h.value_max),
          (array_agg(h.value_first ORDER BY h.time_first))[1], min(h.time_first),
          (array_agg(h.value_last ORDER BY h.time_last DESC))[1], max(h.time_last)
        FROM\
        """
            + " "
            + HOURS
            + """
             JOIN reading_hour h ON h.series_id = c.series_id AND h.bucket >= c.hour
              AND h.bucket < c.hour + interval '1 day'
            GROUP BY c.series_id, c.hour\
            """,
        days);
  }

  private static String target(String table) {
    return table
        + " (series_id, bucket, reading_count, value_sum, value_m2, value_min, value_max, value_first, time_first,"
        + " value_last, time_last)";
  }

  private static void row(
      CopyRows rows, int seriesId, long beginMicros, BucketStatistics statistics)
      throws SQLException {
    // What may have overflowed is not read back, but must not stand in the way of sums over it.
    boolean wild = Math.max(-statistics.min(), statistics.max()) >= BucketStatistics.WILD;
    rows.row(11);
    rows.int32(seriesId);
    rows.timestamp(beginMicros);
    rows.int64(statistics.count());
    rows.float64(wild ? 0 : statistics.sum());
    rows.float64(wild ? 0 : statistics.m2());
    rows.float64(statistics.min());
    rows.float64(statistics.max());
    rows.float64(statistics.first());
    rows.timestamp(statistics.firstMicros());
    rows.float64(statistics.last());
    rows.timestamp(statistics.lastMicros());
  }

  private static void forget(Connection connection, List<Hour> hours) throws SQLException {
    withHours(
        connection,
        "DELETE FROM rollup_pending p USING "
            + HOURS
            + " WHERE p.series_id = c.series_id AND p.hour = c.hour",
        hours);
  }

  private static void withHours(Connection connection, String sql, List<Hour> hours)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(
          1, connection.createArrayOf("integer", hours.stream().map(Hour::seriesId).toArray()));
      statement.setArray(
          2, connection.createArrayOf("integer", hours.stream().map(Hour::hour).toArray()));
      statement.executeUpdate();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
