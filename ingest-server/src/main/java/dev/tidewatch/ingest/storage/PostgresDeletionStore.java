package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.DELETION_OUTCOME;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_BLOCK;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_HEAD;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_SECTION;
import static dev.tidewatch.ingest.storage.jooq.Tables.SERIES;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.deletion.DeletionStore;
import dev.tidewatch.ingest.deletion.DeletionTicket;
import dev.tidewatch.ingest.deletion.RequestDigest;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.ReadingsDeletionEncoding;
import dev.tidewatch.ingest.feed.SectionWriter;
import dev.tidewatch.ingest.feed.SeriesChangeEncoding;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * Deletions in PostgreSQL. Readings are moved to {@code reading_superseded} while others go on
 * committing; then the head of the feed is locked, and what was committed for these series in the
 * meantime is moved too, so that exactly what has an earlier position is gone. Thread-safe.
 */
public final class PostgresDeletionStore implements DeletionStore {
  private static final int SERIES_AT_ONCE = 500;
  private static final String REPEATED = "another call with the same request id";

  private final Database database;
  private final boolean plain;
  private final SeriesChangeEncoding seriesEncoding;
  private final ReadingsDeletionEncoding readingsEncoding;
  private final InstantSource realClock;
  private final Duration purgeDelay;
  private final int blockBytesMax;

  /**
   * @param purgeDelay how long the rows of a deleted series stay, for queries that are under way
   * @param blockBytesMax bytes that a deletion may make in the feed
   */
  public PostgresDeletionStore(
      Database database,
      Layout layout,
      SeriesChangeEncoding seriesEncoding,
      ReadingsDeletionEncoding readingsEncoding,
      InstantSource realClock,
      Duration purgeDelay,
      int blockBytesMax) {
    this.database = database;
    this.plain = layout == Layout.PLAIN;
    this.seriesEncoding = seriesEncoding;
    this.readingsEncoding = readingsEncoding;
    this.realClock = realClock;
    this.purgeDelay = purgeDelay;
    this.blockBytesMax = blockBytesMax;
  }

  @Override
  public Optional<Deleted> outcome(DeletionTicket ticket) {
    return database
        .dsl()
        .select(DELETION_OUTCOME, FEED_HEAD.EPOCH)
        .from(DELETION_OUTCOME, FEED_HEAD)
        .where(DELETION_OUTCOME.REQUEST_ID.eq(ticket.requestId()))
        .and(DELETION_OUTCOME.OWNER.eq(ticket.owner()))
        .fetchOptional(row -> {
          var stored = row.value1();
          if (!RequestDigest.ofBytes(stored.getDigest()).equals(ticket.digest())) {
            throw new FailedPrecondition(
                "REQUEST_CONFLICT",
                "request_id %s was used with other content; make a new one"
                    .formatted(ticket.requestId()));
          }
          return new Deleted(
              new FeedPosition(row.value2(), stored.getPosition()),
              stored.getReadingsDeleted(),
              stored.getSeriesTouched(),
              List.of());
        });
  }

  @Override
  public Deleted countReadings(List<Series> series, Range range) {
    return database.inTransaction(db -> {
      db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      var counts = new HashMap<Integer, Long>();
      for (List<Series> chunk : chunks(series)) {
        db.fetch(
                """
                SELECT series_id, count(*) FROM reading
                WHERE series_id = ANY(?::integer[]) AND time >= ?::timestamptz AND time < ?::timestamptz
                GROUP BY series_id\
                """,
                ids(chunk),
                from(range),
                to(range))
            .forEach(row -> counts.put(row.get(0, Integer.class), row.get(1, Long.class)));
      }
      return deleted(head(db), series, counts);
    });
  }

  @Override
  public Attempt deleteReadings(
      List<Series> series,
      long catalogueRevision,
      Range range,
      @Nullable DeletionTicket ticket,
      Instant now,
      BooleanSupplier cancelled) {
    return attempt((db, connection) -> {
      if (!plain) {
        // Compressed chunks are unpacked as far as they are met; the caller chose how far that is.
        db.execute("SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0");
      }
      long seen = head(db).position();
      var counts = new HashMap<Integer, Long>();
      long id = FeedRows.transactionId(connection);
      move(db, id, series, range, counts, cancelled);
      // From here to COMMIT nobody else commits.
      var locked =
          db.select(FEED_HEAD.EPOCH, FEED_HEAD.POSITION, FEED_HEAD.CATALOGUE_REVISION)
              .from(FEED_HEAD)
              .forUpdate()
              .fetchSingle();
      if (locked.value3() != catalogueRevision) {
        throw new Moved("the catalogue changed");
      }
      if (anyReadingsSince(db, seen, series)) {
        move(db, id, series, range, counts, cancelled);
      }
      FeedPosition position = new FeedPosition(locked.value1(), locked.value2());
      if (!counts.isEmpty()) {
        int bytes = FeedRows.insertSections(connection, id, sections(series, range, counts));
        position =
            FeedRows.takePosition(
                    connection,
                    new FeedRows.Commit(id, now, realClock.instant(), bytes, 0, 0),
                    List.of(),
                    List.of())
                .position();
      }
      Deleted deleted = deleted(position, series, counts);
      record(db, ticket, deleted);
      return deleted;
    });
  }

  /** Moves what this statement's snapshot shows; adds to the counts by series. */
  private static void move(
      DSLContext db,
      long commitId,
      List<Series> series,
      Range range,
      Map<Integer, Long> counts,
      BooleanSupplier cancelled) {
    for (List<Series> chunk : chunks(series)) {
      if (cancelled.getAsBoolean()) {
        throw new Aborted("CALL_CANCELLED", "the caller went away; nothing was deleted");
      }
      db.fetch(
              """
              WITH gone AS (
                DELETE FROM reading
                WHERE series_id = ANY(?::integer[]) AND time >= ?::timestamptz AND time < ?::timestamptz
                RETURNING series_id, time, value, quality, commit_id
              ), kept AS (
                INSERT INTO reading_superseded (series_id, time, value, quality, commit_id, superseded_by)
                SELECT series_id, time, value, quality, commit_id, ? FROM gone
              )
              SELECT series_id, count(*) FROM gone GROUP BY series_id\
              """,
              ids(chunk),
              from(range),
              to(range),
              commitId)
          .forEach(
              row -> counts.merge(row.get(0, Integer.class), row.get(1, Long.class), Long::sum));
    }
  }

  /** Whether commits after the position may have stored readings of one of the series. */
  private static boolean anyReadingsSince(DSLContext db, long position, List<Series> series) {
    return db.fetchExists(
        db.selectOne()
            .from(FEED_BLOCK)
            .join(FEED_SECTION)
            .on(FEED_SECTION.COMMIT_ID.eq(FEED_BLOCK.COMMIT_ID))
            .where(FEED_BLOCK.POSITION.gt(position))
            .and(FEED_BLOCK.READING_COUNT.gt(0))
            .and(
                FEED_SECTION.SHARD.in(
                    series.stream().map(each -> (short) each.shard()).distinct().toList())));
  }

  private Map<Integer, SectionWriter> sections(
      List<Series> series, Range range, Map<Integer, Long> counts) {
    var sections = new TreeMap<Integer, SectionWriter>();
    long bytes = 0;
    for (Series each : series) {
      if (counts.containsKey(each.id())) {
        byte[] deletion = readingsEncoding.encode(each, range.fromMicros(), range.toMicros());
        bytes += deletion.length;
        if (bytes > blockBytesMax) {
          throw InvalidArgument.field(
              "selection",
              "the readings of %d series are more than one commit can tell the feed of; delete in parts"
                  .formatted(counts.size()));
        }
        sections.computeIfAbsent(each.shard(), SectionWriter::new).deletion(deletion);
      }
    }
    return sections;
  }

  @Override
  public Attempt deleteSeries(Series known, @Nullable DeletionTicket ticket, Instant now) {
    return attempt((db, connection) -> {
      // The revision that this commit will make: only commits that hold the lock on the head change
      // it.
      long revision =
          db.select(FEED_HEAD.CATALOGUE_REVISION).from(FEED_HEAD).forUpdate().fetchSingle().value1()
              + 1;
      long id = FeedRows.transactionId(connection);
      int gone =
          db.update(SERIES)
              .set(SERIES.DELETED, true)
              .set(SERIES.REVISION, revision)
              .set(SERIES.CHANGED_COMMIT, id)
              .set(SERIES.UPDATED_AT, now)
              .set(SERIES.PURGE_AFTER, realClock.instant().plus(purgeDelay))
              .where(SERIES.SERIES_ID.eq(known.id()))
              .and(SERIES.REVISION.eq(known.revision()))
              .and(SERIES.DELETED.isFalse())
              .execute();
      if (gone == 0) {
        throw new Moved("the series changed");
      }
      var section = new SectionWriter(known.shard());
      section.series(seriesEncoding.encode(SeriesChangeEncoding.Kind.DELETED, known));
      int bytes = FeedRows.insertSections(connection, id, Map.of(known.shard(), section));
      FeedPosition position =
          FeedRows.takePosition(
                  connection,
                  new FeedRows.Commit(id, now, realClock.instant(), bytes, 0, 1),
                  List.of(),
                  List.of())
              .position();
      var deleted = new Deleted(position, 0, 1, List.of(known.name()));
      record(db, ticket, deleted);
      return deleted;
    });
  }

  private void record(DSLContext db, @Nullable DeletionTicket ticket, Deleted deleted) {
    if (ticket == null) {
      return;
    }
    int recorded =
        db.insertInto(DELETION_OUTCOME)
            .set(DELETION_OUTCOME.REQUEST_ID, ticket.requestId())
            .set(DELETION_OUTCOME.OWNER, ticket.owner())
            .set(DELETION_OUTCOME.DIGEST, ticket.digest().bytes())
            .set(DELETION_OUTCOME.POSITION, deleted.position().position())
            .set(DELETION_OUTCOME.READINGS_DELETED, deleted.readings())
            .set(DELETION_OUTCOME.SERIES_TOUCHED, deleted.series())
            .set(DELETION_OUTCOME.RECORDED_AT, realClock.instant())
            .onConflictDoNothing()
            .execute();
    if (recorded == 0) {
      throw new Moved(REPEATED);
    }
  }

  private interface Work {
    Deleted run(DSLContext db, Connection connection) throws SQLException;
  }

  private Attempt attempt(Work work) {
    try {
      return new Attempt.Done(
          database.inTransaction(db ->
              db.connectionResult(connection -> {
                try {
                  return work.run(db, connection);
                } catch (SQLException e) {
                  throw new DataAccessException("deleting", e);
                }
              })));
    } catch (Moved e) {
      return new Attempt.Moved(String.valueOf(e.getMessage()));
    } catch (DataAccessException e) {
      String state = e.sqlState();
      // A serialization failure or a deadlock with commits that replace the same readings.
      if (state.equals("40001") || state.equals("40P01") || state.equals("55P03")) {
        return new Attempt.Moved("others were in the way");
      }
      throw e;
    }
  }

  /** Rolls the transaction back. */
  private static final class Moved extends RuntimeException {
    private static final long serialVersionUID = 1;

    Moved(String message) {
      super(message);
    }
  }

  private static Deleted deleted(
      FeedPosition position, List<Series> series, Map<Integer, Long> counts) {
    long readings = counts.values().stream().mapToLong(Long::longValue).sum();
    return new Deleted(
        position,
        readings,
        counts.size(),
        series.stream().filter(each -> counts.containsKey(each.id())).map(Series::name).toList());
  }

  private static FeedPosition head(DSLContext db) {
    return db.select(FEED_HEAD.EPOCH, FEED_HEAD.POSITION)
        .from(FEED_HEAD)
        .fetchSingle(row -> new FeedPosition(row.value1(), row.value2()));
  }

  private static List<List<Series>> chunks(List<Series> series) {
    var chunks = new ArrayList<List<Series>>();
    for (int from = 0; from < series.size(); from += SERIES_AT_ONCE) {
      chunks.add(series.subList(from, Math.min(series.size(), from + SERIES_AT_ONCE)));
    }
    return chunks;
  }

  private static Object ids(List<Series> series) {
    return series.stream().map(Series::id).toArray(Integer[]::new);
  }

  private static String from(Range range) {
    return Times.toInstant(range.span().fromMicros()).toString();
  }

  private static String to(Range range) {
    return Times.toInstant(range.span().toMicros()).toString();
  }
}
