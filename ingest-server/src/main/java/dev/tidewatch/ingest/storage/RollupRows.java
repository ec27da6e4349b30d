package dev.tidewatch.ingest.storage;

import dev.tidewatch.timeseries.BucketStatistics;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.stream.Collectors;

/** Reads stored buckets by binary COPY, within the transaction of the connection. */
final class RollupRows {
  private static final String COLUMNS =
      "r.series_id, r.bucket, r.reading_count, coalesce(r.value_sum, 0), coalesce(r.value_m2, 0), r.value_min,"
          + " r.value_max, r.time_first, r.value_first, r.time_last, r.value_last";

  /** Widths of stored buckets. */
  enum Level {
    DAY("reading_day", Times.MICROS_PER_DAY),
    HOUR("reading_hour", Times.MICROS_PER_HOUR),
    MINUTE("reading_minute", Times.MICROS_PER_MINUTE);

    final String table;
    final long micros;

    Level(String table, long micros) {
      this.table = table;
      this.micros = micros;
    }
  }

  /** A half-open span of buckets of one series. */
  record Span(int seriesId, long fromMicros, long toMicros) {}

  /** A stored bucket; the same object for every row. */
  static final class Row {
    int seriesId;
    long bucketMicros;
    long count;
    private double sum;
    private double m2;
    private double min;
    private double max;
    private long firstMicros;
    private double first;
    private long lastMicros;
    private double last;

    /** True if its sum and spread are not to be relied on. */
    boolean isWild() {
      return Math.max(-min, max) >= BucketStatistics.WILD;
    }

    void mergeInto(BucketStatistics statistics) {
      statistics.merge(count, sum, m2, min, max, firstMicros, first, lastMicros, last);
    }
  }

  @FunctionalInterface
  interface Sink {
    void accept(Row row);
  }

  private RollupRows() {}

  /** The buckets of some series that begin in a half-open span. */
  static void read(
      Connection connection,
      Level level,
      Collection<Integer> seriesIds,
      long fromMicros,
      long toMicros,
      Sink sink)
      throws SQLException {
    if (seriesIds.isEmpty()) {
      return;
    }
    copy(
        connection,
        "SELECT %s FROM %s r WHERE r.series_id = ANY ('{%s}') AND r.bucket >= '%s' AND r.bucket < '%s'"
            .formatted(
                COLUMNS,
                level.table,
                seriesIds.stream().map(id -> Integer.toString(id)).collect(Collectors.joining(",")),
                Times.toInstant(fromMicros),
                Times.toInstant(toMicros)),
        sink);
  }

  /** The buckets that begin in some spans. */
  static void read(Connection connection, Level level, Collection<Span> spans, Sink sink)
      throws SQLException {
    if (spans.isEmpty()) {
      return;
    }
    copy(
        connection,
        """
        SELECT %s FROM (VALUES %s) AS s (series_id, since, until)
        CROSS JOIN LATERAL (SELECT * FROM %s WHERE series_id = s.series_id AND bucket >= s.since AND bucket < s.until) r\
        """
            .formatted(
                COLUMNS,
                spans.stream()
                    .map(span ->
                        "(%d,timestamptz '%s',timestamptz '%s')"
                            .formatted(
                                span.seriesId,
                                Times.toInstant(span.fromMicros),
                                Times.toInstant(span.toMicros)))
                    .collect(Collectors.joining(",")),
                level.table),
        sink);
  }

  private static void copy(Connection connection, String select, Sink sink) throws SQLException {
    var row = new Row();
    try (CopyOutRows rows = CopyOutRows.begin(connection, select)) {
      while (rows.next()) {
        row.seriesId = rows.int32();
        row.bucketMicros = rows.timestamp();
        row.count = rows.int64();
        row.sum = rows.float64();
        row.m2 = rows.float64();
        row.min = rows.float64();
        row.max = rows.float64();
        row.firstMicros = rows.timestamp();
        row.first = rows.float64();
        row.lastMicros = rows.timestamp();
        row.last = rows.float64();
        sink.accept(row);
      }
    }
  }
}
