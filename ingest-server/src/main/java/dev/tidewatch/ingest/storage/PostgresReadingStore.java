package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_HEAD;
import static dev.tidewatch.ingest.storage.jooq.Tables.REQUEST_OUTCOME;
import static dev.tidewatch.ingest.storage.jooq.Tables.WRITER;
import static dev.tidewatch.ingest.storage.jooq.Tables.WRITER_OUTCOME;
import static org.jooq.impl.DSL.excluded;

import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.intake.BatchOutcome;
import dev.tidewatch.ingest.intake.CheckedColumn;
import dev.tidewatch.ingest.intake.CommitException;
import dev.tidewatch.ingest.intake.Lateness;
import dev.tidewatch.ingest.intake.OpenedWriter;
import dev.tidewatch.ingest.intake.OutcomeCodec;
import dev.tidewatch.ingest.intake.PendingBatch;
import dev.tidewatch.ingest.intake.ReadingStore;
import dev.tidewatch.ingest.intake.SourcePosition;
import dev.tidewatch.ingest.intake.WriterTicket;
import dev.tidewatch.serverkit.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Readings, writers and outcomes in PostgreSQL, plain or with TimescaleDB. Thread-safe. */
public final class PostgresReadingStore implements ReadingStore {
  private static final Logger log = LoggerFactory.getLogger(PostgresReadingStore.class);
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);

  private final Database database;
  private final MonthlyPartitions partitions;
  private final Layout layout;
  private final InstantSource realClock;
  private final Duration unknownCommitTimeout;
  private final Consumer<Lateness> lateReadings;

  /**
   * @param realClock for what ages by real time, whatever the domain clock does
   * @param unknownCommitTimeout how long to ask for the outcome of a COMMIT in which the connection
   *     broke
   * @param lateReadings hears after each commit how late its readings came
   */
  public PostgresReadingStore(
      Database database,
      Layout layout,
      InstantSource realClock,
      Duration unknownCommitTimeout,
      Consumer<Lateness> lateReadings) {
    this.lateReadings = lateReadings;
    this.realClock = realClock;
    this.database = database;
    this.partitions = new MonthlyPartitions(database.dataSource());
    this.layout = layout;
    this.unknownCommitTimeout = unknownCommitTimeout;
  }

  @Override
  public Optional<OpenedWriter> openWriter(String writerId, String owner, Instant now) {
    return database.inTransaction(db -> {
      var opened =
          db.insertInto(WRITER)
              .set(WRITER.WRITER_ID, writerId)
              .set(WRITER.OWNER, owner)
              .set(WRITER.EPOCH, 1L)
              .set(WRITER.SEQUENCE, 0L)
              .set(WRITER.SOURCE_POSITION, new byte[0])
              .set(WRITER.ACCEPTED, 0L)
              .set(WRITER.UNCHANGED, 0L)
              .set(WRITER.REPLACED, 0L)
              .set(WRITER.DROPPED, 0L)
              .set(WRITER.REJECTED, 0L)
              .set(WRITER.CREATED_AT, now)
              .onConflict(WRITER.WRITER_ID)
              .doUpdate()
              .set(WRITER.EPOCH, WRITER.EPOCH.plus(1))
              .where(WRITER.OWNER.eq(excluded(WRITER.OWNER)))
              .returningResult(
                  WRITER.WRITER_KEY, WRITER.EPOCH, WRITER.SEQUENCE, WRITER.SOURCE_POSITION)
              .fetchOne();
      if (opened == null) {
        return Optional.empty();
      }
      var head = db.select(FEED_HEAD.EPOCH, FEED_HEAD.POSITION).from(FEED_HEAD).fetchSingle();
      return Optional.of(
          new OpenedWriter(
              new WriterTicket(opened.value1(), writerId, opened.value2()),
              opened.value3(),
              new SourcePosition(opened.value4()),
              new FeedPosition(head.value1(), head.value2())));
    });
  }

  @Override
  public Optional<StoredOutcome> outcome(int writerKey, long sequence) {
    return database
        .dsl()
        .select(
            WRITER_OUTCOME.FIRST_SEQUENCE,
            WRITER_OUTCOME.POSITION,
            WRITER_OUTCOME.OUTCOMES,
            FEED_HEAD.EPOCH)
        .from(WRITER_OUTCOME, FEED_HEAD)
        .where(WRITER_OUTCOME.WRITER_KEY.eq(writerKey))
        .and(WRITER_OUTCOME.LAST_SEQUENCE.ge(sequence))
        .and(WRITER_OUTCOME.FIRST_SEQUENCE.le(sequence))
        .fetchOptional(row -> {
          List<BatchOutcome> outcomes = OutcomeCodec.decode(row.value3());
          return new StoredOutcome(
              new FeedPosition(row.value4(), row.value2()),
              outcomes.get((int) (sequence - row.value1())));
        });
  }

  @Override
  public Optional<StoredOutcome> outcome(UUID requestId, String owner) {
    return database
        .dsl()
        .select(REQUEST_OUTCOME.POSITION, REQUEST_OUTCOME.OUTCOME, FEED_HEAD.EPOCH)
        .from(REQUEST_OUTCOME, FEED_HEAD)
        .where(REQUEST_OUTCOME.REQUEST_ID.eq(requestId))
        .and(REQUEST_OUTCOME.OWNER.eq(owner))
        .fetchOptional(row ->
            new StoredOutcome(
                new FeedPosition(row.value3(), row.value1()),
                OutcomeCodec.decode(row.value2()).getFirst()));
  }

  @Override
  public GroupOutcome commit(List<PendingBatch> group, long catalogueRevision, Instant now)
      throws CommitException {
    try {
      if (layout == Layout.PLAIN) {
        partitions.ensure(months(group));
      }
      try (Connection connection = database.dataSource().getConnection()) {
        connection.setAutoCommit(false);
        var transaction =
            new GroupTransaction(
                connection, layout, group, catalogueRevision, now, realClock.instant());
        boolean ended = false;
        try {
          GroupOutcome outcome = transaction.prepare();
          if (outcome == null) {
            return new GroupOutcome(head(), java.util.Collections.nCopies(group.size(), null));
          }
          ended = true;
          end(connection, transaction.commitId());
          transaction.raiseHeads();
          lateReadings.accept(transaction.lateness());
          return outcome;
        } finally {
          if (!ended) {
            rollBack(connection);
          }
        }
      }
    } catch (SQLException e) {
      if (partitions.isMissing(e)) {
        throw new CommitException(
            CommitException.Kind.CONTENDED, "a month was dropped in the meantime", e);
      }
      throw new CommitException(SqlFailures.kindOf(e), String.valueOf(e.getMessage()), e);
    }
  }

  private void end(Connection connection, long commitId) throws SQLException, CommitException {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (!SqlFailures.isConnectionLost(e)) {
        throw e;
      }
      log.warn("the connection broke in COMMIT of transaction {}", commitId, e);
      if (!isCommitted(commitId)) {
        throw new CommitException(
            CommitException.Kind.UNAVAILABLE, "the connection broke before COMMIT", e);
      }
    }
  }

  /**
   * Asks the database what became of a transaction whose COMMIT was not answered, until it knows.
   */
  private boolean isCommitted(long transactionId) throws CommitException {
    long giveUp = System.nanoTime() + unknownCommitTimeout.toNanos();
    Exception last = null;
    while (System.nanoTime() < giveUp) {
      try (Connection connection = database.dataSource().getConnection();
          PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT pg_xact_status(?::text::xid8), EXISTS (SELECT FROM feed_block WHERE commit_id = ?)\
                  """)) {
        select.setString(1, Long.toString(transactionId));
        select.setLong(2, transactionId);
        try (ResultSet row = select.executeQuery()) {
          row.next();
          if (!"in progress".equals(row.getString(1))) {
            return row.getBoolean(2);
          }
        }
      } catch (SQLException e) {
        last = e;
      }
      try {
        Thread.sleep(ASK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new CommitException(
        CommitException.Kind.UNKNOWN,
        "nobody knows what became of transaction " + transactionId,
        last);
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      log.debug("rollback failed; the connection is gone", e);
    }
  }

  private FeedPosition head() {
    return database
        .dsl()
        .select(FEED_HEAD.EPOCH, FEED_HEAD.POSITION)
        .from(FEED_HEAD)
        .fetchSingle(row -> new FeedPosition(row.value1(), row.value2()));
  }

  private static Set<Integer> months(List<PendingBatch> group) {
    Set<Integer> months = new HashSet<>();
    for (PendingBatch batch : group) {
      for (CheckedColumn column : batch.checked().columns()) {
        addMonths(column, months);
      }
    }
    return months;
  }

  private static void addMonths(CheckedColumn column, Set<Integer> months) {
    long earliest = Long.MAX_VALUE;
    long latest = Long.MIN_VALUE;
    if (column.inOrder()) {
      earliest = column.firstGoodMicros();
      latest = column.lastGoodMicros();
    } else {
      for (int row = 0; row < column.size(); row++) {
        if (column.isGood(row)) {
          earliest = Math.min(earliest, column.timeMicros(row));
          latest = Math.max(latest, column.timeMicros(row));
        }
      }
    }
    int first = MonthlyPartitions.monthOf(earliest);
    int last = MonthlyPartitions.monthOf(latest);
    months.add(first);
    months.add(last);
    if (last - first <= 1) {
      return;
    }
    for (int row = 0; row < column.size(); row++) {
      if (column.isGood(row)) {
        months.add(MonthlyPartitions.monthOf(column.timeMicros(row)));
      }
    }
  }
}
