package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_BLOCK;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_HEAD;

import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.FeedStore;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.Times;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;

/** Reads readings from PostgreSQL, by binary COPY. Thread-safe. */
public final class PostgresReadingQueries implements ReadingQueries {
  private final Database database;
  private final FeedStore feed;

  public PostgresReadingQueries(Database database, FeedStore feed) {
    this.database = database;
    this.feed = feed;
  }

  @Override
  public ReadView view() {
    return database.inTransaction(db -> view(db, Long.MAX_VALUE)).orElseThrow();
  }

  @Override
  public Optional<ReadView> viewAt(long position) {
    return database.inTransaction(db -> view(db, position));
  }

  @Override
  public ReadView viewAt(Instant commitTime) {
    return viewAt(feed.positionAt(commitTime)).orElseThrow();
  }

  /**
   * @param wanted beyond the head only as {@code Long.MAX_VALUE}, which means the head
   */
  private static Optional<ReadView> view(DSLContext db, long wanted) {
    db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    FeedPosition head =
        db.select(FEED_HEAD.EPOCH, FEED_HEAD.POSITION)
            .from(FEED_HEAD)
            .fetchSingle(row -> new FeedPosition(row.value1(), row.value2()));
    if (wanted != Long.MAX_VALUE && wanted > head.position()) {
      return Optional.empty();
    }
    long position = Math.min(wanted, head.position());
    var block =
        db.select(FEED_BLOCK.SETTLED_BELOW, FEED_BLOCK.NEWEST_COMMIT_ID)
            .from(FEED_BLOCK)
            .where(FEED_BLOCK.POSITION.eq(position))
            .fetchOne();
    var at = new FeedPosition(head.epoch(), position);
    if (block == null) {
      // Before the first commit only rows of a restored database are visible, which carry 0.
      return Optional.of(new ReadView(at, 1, List.of()));
    }
    List<Long> recent =
        db.select(FEED_BLOCK.COMMIT_ID)
            .from(FEED_BLOCK)
            .where(FEED_BLOCK.COMMIT_ID.between(block.value1(), block.value2()))
            .and(FEED_BLOCK.POSITION.le(position))
            .fetch(FEED_BLOCK.COMMIT_ID);
    return Optional.of(new ReadView(at, block.value1(), recent));
  }

  @Override
  public List<ReadingColumn> page(
      ReadView view, List<Integer> seriesIds, TimeSpan span, int rowsPerSeriesMax) {
    // The order of the outer rows is put right in memory: each series has a column of its own.
    return columns(seriesIds, select(seriesIds, rows(view, span, "time", rowsPerSeriesMax)));
  }

  @Override
  public List<ReadingColumn> newest(ReadView view, List<Integer> seriesIds, TimeSpan span) {
    return columns(seriesIds, select(seriesIds, rows(view, span, "time DESC", 1)));
  }

  @Override
  public Map<Integer, Long> startOfNewest(
      ReadView view, List<Integer> seriesIds, TimeSpan span, long rows) {
    List<ReadingColumn> starts =
        columns(
            seriesIds,
            select(seriesIds, rows(view, span, "time DESC", rows) + " OFFSET " + (rows - 1)));
    var times = new HashMap<Integer, Long>();
    for (int i = 0; i < seriesIds.size(); i++) {
      if (starts.get(i).size() > 0) {
        times.put(seriesIds.get(i), starts.get(i).timeMicros(0));
      }
    }
    return times;
  }

  private static String select(List<Integer> ids, String rowsOfOne) {
    return """
    SELECT s.ord::integer, r.time, r.value, r.quality
    FROM unnest('{%s}'::integer[]) WITH ORDINALITY AS s (id, ord) CROSS JOIN LATERAL (%s) r\
    """
        .formatted(
            ids.stream().map(id -> Integer.toString(id)).collect(Collectors.joining(",")),
            rowsOfOne);
  }

  /**
   * Rows of series {@code s.id} that the view shows: as they are, and as they were before they were
   * replaced later. Each half has the limit too, so that each walks its index instead of sorting
   * all that is there.
   */
  private static String rows(ReadView view, TimeSpan span, String order, long limit) {
    String within =
        "series_id = s.id AND time >= '%s' AND time < '%s'"
            .formatted(Times.toInstant(span.fromMicros()), Times.toInstant(span.toMicros()));
    String sorted = " ORDER BY " + order + " LIMIT " + limit;
    return """
    (SELECT time, value, quality FROM reading WHERE %s AND %s %s)
    UNION ALL
    (SELECT time, value, quality FROM reading_superseded WHERE %s AND %s AND NOT %s %s) %s\
    """
        .formatted(
            within,
            visible("commit_id", view),
            sorted,
            within,
            visible("commit_id", view),
            visible("superseded_by", view),
            sorted,
            sorted);
  }

  private static String visible(String column, ReadView view) {
    String settled = column + " < " + view.settledBelow();
    return view.recent().isEmpty()
        ? "(" + settled + ")"
        : "(%s OR %s IN (%s))"
            .formatted(
                settled,
                column,
                view.recent().stream()
                    .map(id -> Long.toString(id))
                    .collect(Collectors.joining(",")));
  }

  private List<ReadingColumn> columns(List<Integer> seriesIds, String select) {
    var columns = new ArrayList<ReadingColumn>(seriesIds.size());
    for (int i = 0; i < seriesIds.size(); i++) {
      columns.add(new ReadingColumn());
    }
    if (seriesIds.isEmpty()) {
      return columns;
    }
    try {
      return database.withConnection(connection -> {
        try (CopyOutRows rows = CopyOutRows.begin(connection, select)) {
          while (rows.next()) {
            columns.get(rows.int32() - 1).add(rows.timestamp(), rows.float64(), rows.int16());
          }
        }
        return columns;
      });
    } catch (SQLException e) {
      throw new DataAccessException("reading readings", e);
    }
  }
}
