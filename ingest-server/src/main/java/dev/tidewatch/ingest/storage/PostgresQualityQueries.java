package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_HEAD;
import static dev.tidewatch.ingest.storage.jooq.Tables.READING_TALLY;
import static dev.tidewatch.ingest.storage.jooq.Tables.REJECT_TALLY;
import static dev.tidewatch.ingest.storage.jooq.Tables.SERIES;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.intake.Counts;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.ingest.quality.CoverageScan;
import dev.tidewatch.ingest.quality.QualityQueries;
import dev.tidewatch.ingest.quality.SeriesQuality;
import dev.tidewatch.ingest.quality.SeriesQuality.Coverage;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/** Reads how good readings are from PostgreSQL. Thread-safe. */
public final class PostgresQualityQueries implements QualityQueries {
  /** So that readings are walked in the order of their index, whatever the planner thinks of it. */
  private static final String SETTINGS =
      """
      SET LOCAL enable_sort = off;
      SET LOCAL enable_bitmapscan = off;
      SET LOCAL enable_seqscan = off;
      SET LOCAL jit = off\
      """;

  private static final int PAGE_ROWS = 1 << 15;

  private final Database database;

  /** What is added up by day. */
  private record Tally(long unchanged, long replaced, long dropped, long outOfOrder) {
    static final Tally NONE = new Tally(0, 0, 0, 0);
  }

  /** A page of readings, used again for the next one. */
  private static final class ReadRows {
    final long[] times = new long[PAGE_ROWS];
    final long[] commitIds = new long[PAGE_ROWS];
    final boolean[] flagged = new boolean[PAGE_ROWS];
  }

  public PostgresQualityQueries(Database database) {
    this.database = database;
  }

  @Override
  public Page report(Question question, Instant now, BooleanSupplier cancelled) {
    return database.inTransaction(db -> {
      db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      db.execute(SETTINGS);
      FeedPosition position =
          db.select(FEED_HEAD.EPOCH, FEED_HEAD.POSITION)
              .from(FEED_HEAD)
              .fetchSingle(row -> new FeedPosition(row.value1(), row.value2()));
      // The extra row only tells whether another page follows.
      List<Series> found =
          db.selectFrom(SERIES)
              .where(PostgresSeriesStore.matches(question.selection()))
              .and(SERIES.NAME.gt(question.after()))
              .orderBy(SERIES.NAME)
              .limit(question.limit() + 1)
              .fetch(SeriesRows::series);
      List<Series> page = found.subList(0, Math.min(found.size(), question.limit()));
      Integer[] ids = page.stream().map(Series::id).toArray(Integer[]::new);
      var span =
          new TimeSpan(
              question.fromMicros().orElse(TimeSpan.ALL.fromMicros()),
              question.toMicros().orElse(TimeSpan.ALL.toMicros()));
      Map<Integer, Tally> tallies = tallies(db, ids, span);
      Map<Integer, Map<RejectReason, Long>> rejects = rejects(db, ids, span);
      OptionalLong due = due(question.toMicros(), now);
      List<SeriesQuality> qualities =
          db.connectionResult(connection -> {
            var commits = new CommitTimes(connection);
            var read = new ReadRows();
            var all = new ArrayList<SeriesQuality>(page.size());
            for (Series series : page) {
              all.add(
                  quality(
                      series,
                      tallies.getOrDefault(series.id(), Tally.NONE),
                      rejects.getOrDefault(series.id(), Map.of()),
                      coverage(
                          connection,
                          commits,
                          read,
                          series,
                          span,
                          scan(question, due, series),
                          cancelled)));
            }
            return all;
          });
      return new Page(qualities, found.size() > page.size(), position);
    });
  }

  /** What lies ahead of the clock is not due yet. */
  private static OptionalLong due(OptionalLong toMicros, Instant now) {
    return toMicros.isEmpty()
        ? toMicros
        : OptionalLong.of(Math.min(toMicros.getAsLong(), Times.floorToMicros(now)));
  }

  private static CoverageScan scan(Question question, OptionalLong due, Series series) {
    return new CoverageScan(
        question.fromMicros(),
        due,
        series
            .description()
            .expectedInterval()
            .map(interval -> OptionalLong.of(interval.toNanos() / 1_000))
            .orElse(OptionalLong.empty()));
  }

  private static SeriesQuality quality(
      Series series, Tally tally, Map<RejectReason, Long> rejects, Coverage coverage) {
    long rejected = rejects.values().stream().mapToLong(Long::longValue).sum();
    return new SeriesQuality(
        series.name(),
        new Counts(coverage.readings(), tally.unchanged, tally.replaced, tally.dropped, rejected),
        rejects,
        tally.outOfOrder,
        coverage);
  }

  private static Coverage coverage(
      Connection connection,
      CommitTimes commits,
      ReadRows read,
      Series series,
      TimeSpan span,
      CoverageScan scan,
      BooleanSupplier cancelled)
      throws SQLException {
    long next = span.fromMicros();
    int rows;
    do {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("the caller is gone");
      }
      String select =
          """
          SELECT time, commit_id, quality FROM reading
          WHERE series_id = %d AND time >= '%s' AND time < '%s' ORDER BY time LIMIT %d\
          """
              .formatted(
                  series.id(), Times.toInstant(next), Times.toInstant(span.toMicros()), PAGE_ROWS);
      rows = 0;
      try (CopyOutRows out = CopyOutRows.begin(connection, select)) {
        while (out.next()) {
          read.times[rows] = out.timestamp();
          read.commitIds[rows] = out.int64();
          read.flagged[rows++] = out.int16() != 0;
        }
      }
      commits.learn(read.commitIds, rows);
      for (int row = 0; row < rows; row++) {
        scan.add(read.times[row], read.flagged[row]);
        long committed = commits.micros(read.commitIds[row]);
        if (committed != CommitTimes.NONE) {
          scan.addLatency(committed - read.times[row]);
        }
      }
      next = rows == 0 ? next : read.times[rows - 1] + 1;
    } while (rows == PAGE_ROWS);
    return scan.finish();
  }

  private static Map<Integer, Tally> tallies(DSLContext db, Integer[] ids, TimeSpan span) {
    var found = new HashMap<Integer, Tally>();
    db.select(
            READING_TALLY.SERIES_ID,
            total(READING_TALLY.UNCHANGED),
            total(READING_TALLY.REPLACED),
            total(READING_TALLY.DROPPED),
            total(READING_TALLY.OUT_OF_ORDER))
        .from(READING_TALLY)
        .where(READING_TALLY.SERIES_ID.eq(DSL.any(ids)))
        .and(days(READING_TALLY.DAY, span))
        .groupBy(READING_TALLY.SERIES_ID)
        .forEach(row ->
            found.put(
                row.value1(), new Tally(row.value2(), row.value3(), row.value4(), row.value5())));
    return found;
  }

  private static Map<Integer, Map<RejectReason, Long>> rejects(
      DSLContext db, Integer[] ids, TimeSpan span) {
    var found = new HashMap<Integer, Map<RejectReason, Long>>();
    db.select(REJECT_TALLY.SERIES_ID, REJECT_TALLY.REASON, total(REJECT_TALLY.REJECTED))
        .from(REJECT_TALLY)
        .where(REJECT_TALLY.SERIES_ID.eq(DSL.any(ids)))
        .and(days(REJECT_TALLY.DAY, span))
        .groupBy(REJECT_TALLY.SERIES_ID, REJECT_TALLY.REASON)
        .forEach(row -> {
          if (row.value3() > 0) {
            found
                .computeIfAbsent(row.value1(), id -> new EnumMap<>(RejectReason.class))
                .put(RejectReason.of(row.value2()), row.value3());
          }
        });
    return found;
  }

  private static org.jooq.Field<Long> total(TableField<?, Long> column) {
    return DSL.sum(column).cast(Long.class);
  }

  private static Condition days(TableField<?, LocalDate> day, TimeSpan span) {
    return day.between(
        LocalDate.ofEpochDay(Math.floorDiv(span.fromMicros(), Times.MICROS_PER_DAY)),
        LocalDate.ofEpochDay(
            Math.floorDiv(Math.max(span.fromMicros(), span.toMicros() - 1), Times.MICROS_PER_DAY)));
  }
}
