package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.AS_OF_FLOOR;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_BLOCK;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_HEAD;

import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.FeedStore;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.OutOfRange;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
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
    long oldest =
        db.select(AS_OF_FLOOR.POSITION).from(AS_OF_FLOOR).fetchSingle(AS_OF_FLOOR.POSITION);
    if (position < oldest) {
      throw new OutOfRange(
              "AS_OF_EXPIRED",
              "as_of: what was replaced up to position %d is no longer kept; the oldest is %d"
                  .formatted(position, oldest))
          .with("oldest_position", Long.toString(oldest));
    }
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
      ReadView view,
      List<Integer> seriesIds,
      TimeSpan span,
      int rowsPerSeriesMax,
      boolean withQualities) {
    return columns(
        seriesIds, VisibleRows.of(view, span, "time", rowsPerSeriesMax, 0), withQualities);
  }

  @Override
  public List<ReadingColumn> newest(ReadView view, List<Integer> seriesIds, TimeSpan span) {
    return columns(seriesIds, VisibleRows.of(view, span, "time DESC", 1, 0), true);
  }

  @Override
  public Map<Integer, Long> startOfNewest(
      ReadView view, List<Integer> seriesIds, TimeSpan span, long rows) {
    List<ReadingColumn> starts =
        columns(seriesIds, VisibleRows.of(view, span, "time DESC", 1, rows - 1), false);
    var times = new HashMap<Integer, Long>();
    for (int i = 0; i < seriesIds.size(); i++) {
      if (starts.get(i).size() > 0) {
        times.put(seriesIds.get(i), starts.get(i).timeMicros(0));
      }
    }
    return times;
  }

  /**
   * Each series comes as one row of packed columns: PostgreSQL spends less on appending a number to
   * a text of bytes than on a row of COPY, and the driver spends nothing on it at all.
   */
  private List<ReadingColumn> columns(
      List<Integer> seriesIds, String rowsOfOne, boolean withQualities) {
    if (seriesIds.isEmpty()) {
      return List.of();
    }
    String select =
        """
        SELECT s.ord::integer, r.times, r.vals%s
        FROM unnest('{%s}'::integer[]) WITH ORDINALITY AS s (id, ord) CROSS JOIN LATERAL (
          SELECT string_agg(timestamptz_send(time), ''::bytea) AS times,
            string_agg(float8send(value), ''::bytea) AS vals,
            string_agg(int2send(quality), ''::bytea) AS quals
          FROM (%s) q
        ) r WHERE r.times IS NOT NULL\
        """
            .formatted(
                withQualities ? ", r.quals" : "",
                seriesIds.stream().map(id -> Integer.toString(id)).collect(Collectors.joining(",")),
                rowsOfOne);
    var columns =
        new ArrayList<ReadingColumn>(Collections.nCopies(seriesIds.size(), ReadingColumn.EMPTY));
    try {
      return database.withConnection(connection -> {
        try (var _ = IndexOrder.begin(connection);
            var rows = CopyOutRows.begin(connection, select)) {
          while (rows.next()) {
            columns.set(
                rows.int32() - 1,
                new ReadingColumn(
                    rows.timestamps(), rows.float64s(), withQualities ? rows.int16s() : null));
          }
        }
        return columns;
      });
    } catch (SQLException e) {
      throw new DataAccessException("reading readings", e);
    }
  }
}
