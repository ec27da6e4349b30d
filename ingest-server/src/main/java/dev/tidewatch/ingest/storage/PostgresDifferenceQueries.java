package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.VisibleRows.visible;
import static dev.tidewatch.ingest.storage.jooq.Tables.SERIES;

import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.feed.SeriesChangeEncoding.Kind;
import dev.tidewatch.ingest.query.DifferenceQueries;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.ingest.query.ReadingDifferences;
import dev.tidewatch.ingest.query.SeriesDifference;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.Times;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** Compares two commits in PostgreSQL, by the commit ids that rows carry. Thread-safe. */
public final class PostgresDifferenceQueries implements DifferenceQueries {
  private final Database database;

  public PostgresDifferenceQueries(Database database) {
    this.database = database;
  }

  @Override
  public List<SeriesDifference> series(
      ReadView after,
      ReadView through,
      SeriesSelection selection,
      boolean deleted,
      int afterId,
      int limit) {
    Condition createdSince = since("created_commit", after);
    Condition differs;
    if (deleted) {
      differs =
          SERIES
              .DELETED
              .isTrue()
              .and(since("changed_commit", after))
              .and(DSL.not(createdSince))
              .and(PostgresSeriesStore.describes(selection));
    } else {
      differs =
          createdSince
              .or(since("changed_commit", after))
              .and(DSL.condition(visible("created_commit", through)))
              .and(PostgresSeriesStore.matches(selection));
    }
    return database
        .dsl()
        .select(SERIES, DSL.field(createdSince))
        .from(SERIES)
        .where(differs)
        .and(SERIES.SERIES_ID.gt(afterId))
        .orderBy(SERIES.SERIES_ID)
        .limit(limit)
        .fetch(row ->
            new SeriesDifference(
                deleted ? Kind.DELETED : row.value2() ? Kind.CREATED : Kind.UPDATED,
                SeriesRows.series(row.value1())));
  }

  /** What the older view does not show; the first condition is what an index can walk. */
  private static Condition since(String column, ReadView after) {
    return DSL.condition(
        "(%s >= %d AND NOT %s)".formatted(column, after.settledBelow(), visible(column, after)));
  }

  @Override
  public List<ReadingDifferences> readings(
      ReadView after,
      ReadView through,
      List<Integer> seriesIds,
      TimeSpan span,
      int rowsPerSeriesMax) {
    if (seriesIds.isEmpty()) {
      return List.of();
    }
    String select =
        """
        SELECT s.ord::integer, r.times, r.vals, r.quals, r.gones
        FROM unnest('{%s}'::integer[]) WITH ORDINALITY AS s (id, ord) CROSS JOIN LATERAL (
          SELECT string_agg(timestamptz_send(time), ''::bytea) AS times,
            string_agg(float8send(value), ''::bytea) AS vals,
            string_agg(int2send(quality), ''::bytea) AS quals,
            string_agg(int2send(gone), ''::bytea) AS gones
          FROM (%s) q
        ) r WHERE r.times IS NOT NULL\
        """
            .formatted(
                seriesIds.stream().map(id -> Integer.toString(id)).collect(Collectors.joining(",")),
                differing(after, through, span, rowsPerSeriesMax));
    var pages =
        new ArrayList<ReadingDifferences>(
            Collections.nCopies(seriesIds.size(), ReadingDifferences.NONE));
    try {
      return database.withConnection(connection -> {
        try (var _ = IndexOrder.begin(connection);
            var rows = CopyOutRows.begin(connection, select)) {
          while (rows.next()) {
            pages.set(
                rows.int32() - 1,
                page(
                    rows.timestamps(),
                    rows.float64s(),
                    rows.int16s(),
                    rows.int16s(),
                    rowsPerSeriesMax));
          }
        }
        return pages;
      });
    } catch (SQLException e) {
      throw new DataAccessException("comparing readings", e);
    }
  }

  private static String differing(ReadView after, ReadView through, TimeSpan span, int limit) {
    String within = within(span);
    String sorted = " ORDER BY time LIMIT " + limit;
    String stored =
        "commit_id >= %d AND NOT %s AND %s"
            .formatted(
                after.settledBelow(), visible("commit_id", after), visible("commit_id", through));
    String gone =
        "superseded_by >= %d AND NOT %s AND %s"
            .formatted(
                after.settledBelow(),
                visible("superseded_by", after),
                visible("superseded_by", through));
    return """
    (SELECT time, value, quality, 0::smallint AS gone FROM reading WHERE %s AND %s %s)
    UNION ALL
    (SELECT time, value, quality, 0::smallint FROM reading_superseded WHERE %s AND %s AND NOT %s %s)
    UNION ALL
    (SELECT time, value, quality, 1::smallint FROM reading_superseded WHERE %s AND %s AND %s %s) %s\
    """
        .formatted(
            within,
            stored,
            sorted,
            within,
            stored,
            visible("superseded_by", through),
            sorted,
            within,
            visible("commit_id", after),
            gone,
            sorted,
            sorted);
  }

  /** A full page may have been cut between two rows of one time: such a time comes again. */
  private static ReadingDifferences page(
      long[] times, double[] values, short[] qualities, short[] gones, int limit) {
    int size = times.length;
    boolean complete = size < limit;
    if (!complete) {
      long last = times[size - 1];
      while (size > 0 && times[size - 1] == last) {
        size--;
      }
    }
    var gone = new BitSet();
    for (int row = 0; row < size; row++) {
      gone.set(row, gones[row] != 0);
    }
    return new ReadingDifferences(
        new ReadingColumn(
            Arrays.copyOf(times, size),
            Arrays.copyOf(values, size),
            Arrays.copyOf(qualities, size)),
        gone,
        complete);
  }

  @Override
  public BitSet unchangedBetween(
      ReadView after, ReadView through, int seriesId, long[] timesMicros) {
    String select =
        """
        SELECT t.i FROM unnest(?::bigint[], ?::bigint[]) WITH ORDINALITY AS t (begins, ends, i)
        CROSS JOIN LATERAL (
          SELECT timestamptz 'epoch' + t.begins * interval '1 microsecond' AS begins,
            timestamptz 'epoch' + t.ends * interval '1 microsecond' AS ends
        ) b
        WHERE EXISTS (
          SELECT FROM reading WHERE series_id = %d AND time > b.begins AND time < b.ends AND %s
        ) OR EXISTS (
          SELECT FROM reading_superseded
          WHERE series_id = %d AND time > b.begins AND time < b.ends AND %s AND NOT %s
        )\
        """
            .formatted(
                seriesId,
                visible("commit_id", after),
                seriesId,
                visible("commit_id", after),
                visible("superseded_by", through));
    int pairs = timesMicros.length - 1;
    Long[] begins = Arrays.stream(timesMicros, 0, pairs).boxed().toArray(Long[]::new);
    Long[] ends = Arrays.stream(timesMicros, 1, pairs + 1).boxed().toArray(Long[]::new);
    var between = new BitSet();
    database
        .dsl()
        .fetch(select, begins, ends)
        .forEach(row -> between.set(row.get(0, Integer.class) - 1));
    return between;
  }

  private static String within(TimeSpan span) {
    return "series_id = s.id AND time >= '%s' AND time < '%s'"
        .formatted(Times.toInstant(span.fromMicros()), Times.toInstant(span.toMicros()));
  }
}
