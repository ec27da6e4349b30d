package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.QUARANTINE;
import static org.jooq.impl.DSL.noCondition;

import dev.tidewatch.ingest.intake.QuarantineStore;
import dev.tidewatch.ingest.intake.QuarantinedReading;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.ingest.storage.jooq.tables.records.QuarantineRecord;
import dev.tidewatch.serverkit.database.Database;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/** Rejected readings in PostgreSQL. Thread-safe. */
public final class PostgresQuarantineStore implements QuarantineStore {
  private static final int DELETE_ROWS = 10_000;

  private final Database database;

  public PostgresQuarantineStore(Database database) {
    this.database = database;
  }

  @Override
  public List<QuarantinedReading> page(Filter filter, long before, int limit) {
    return database
        .dsl()
        .selectFrom(QUARANTINE)
        .where(matches(filter))
        .and(QUARANTINE.QUARANTINE_ID.lt(before))
        .orderBy(QUARANTINE.QUARANTINE_ID.desc())
        .limit(limit)
        .fetch(PostgresQuarantineStore::reading);
  }

  @Override
  public List<QuarantinedReading> oldest(Filter filter, int limit) {
    return database
        .dsl()
        .selectFrom(QUARANTINE)
        .where(matches(filter))
        .orderBy(QUARANTINE.QUARANTINE_ID)
        .limit(limit)
        .fetch(PostgresQuarantineStore::reading);
  }

  @Override
  public List<QuarantinedReading> find(Collection<Long> ids) {
    return database
        .dsl()
        .selectFrom(QUARANTINE)
        .where(QUARANTINE.QUARANTINE_ID.eq(DSL.any(ids.toArray(Long[]::new))))
        .orderBy(QUARANTINE.QUARANTINE_ID)
        .fetch(PostgresQuarantineStore::reading);
  }

  @Override
  public long delete(Collection<Long> ids) {
    return delete(QUARANTINE.QUARANTINE_ID.eq(DSL.any(ids.toArray(Long[]::new))));
  }

  @Override
  public long delete(Filter filter) {
    return delete(matches(filter).and(QUARANTINE.QUARANTINE_ID.le(newestId())));
  }

  @Override
  public long prune(Instant rejectedBefore, long rowsMax) {
    long pruned = delete(QUARANTINE.REJECTED_AT.lt(rejectedBefore));
    Long oldestKept =
        database
            .dsl()
            .select(QUARANTINE.QUARANTINE_ID)
            .from(QUARANTINE)
            .orderBy(QUARANTINE.QUARANTINE_ID.desc())
            .offset(rowsMax)
            .limit(1)
            .fetchOne(QUARANTINE.QUARANTINE_ID);
    return oldestKept == null ? pruned : pruned + delete(QUARANTINE.QUARANTINE_ID.le(oldestKept));
  }

  private long newestId() {
    Long newest =
        database
            .dsl()
            .select(DSL.max(QUARANTINE.QUARANTINE_ID))
            .from(QUARANTINE)
            .fetchSingle()
            .value1();
    return newest == null ? 0 : newest;
  }

  /** In small transactions, and ordered, so that replays do not wait for long, nor crosswise. */
  private long delete(Condition condition) {
    long deleted = 0;
    while (true) {
      int some =
          database
              .dsl()
              .deleteFrom(QUARANTINE)
              .where(
                  QUARANTINE.QUARANTINE_ID.in(
                      DSL.select(QUARANTINE.QUARANTINE_ID)
                          .from(QUARANTINE)
                          .where(condition)
                          .orderBy(QUARANTINE.QUARANTINE_ID)
                          .limit(DELETE_ROWS)
                          .forUpdate()))
              .execute();
      deleted += some;
      if (some < DELETE_ROWS) {
        return deleted;
      }
    }
  }

  private static Condition matches(Filter filter) {
    Condition condition = noCondition();
    if (!filter.seriesPrefix().isEmpty()) {
      condition = condition.and(QUARANTINE.SERIES.startsWith(filter.seriesPrefix()));
    }
    if (!filter.reasons().isEmpty()) {
      condition =
          condition.and(
              QUARANTINE.REASON.in(
                  filter.reasons().stream().map(reason -> (short) reason.number()).toList()));
    }
    if (!filter.writerId().isEmpty()) {
      condition = condition.and(QUARANTINE.WRITER_ID.eq(filter.writerId()));
    }
    if (filter.from().isPresent()) {
      condition = condition.and(QUARANTINE.REJECTED_AT.ge(filter.from().get()));
    }
    if (filter.to().isPresent()) {
      condition = condition.and(QUARANTINE.REJECTED_AT.lt(filter.to().get()));
    }
    return condition;
  }

  private static QuarantinedReading reading(QuarantineRecord row) {
    return new QuarantinedReading(
        row.getQuarantineId(),
        row.getSeries(),
        row.getTimeMicros() == null ? OptionalLong.empty() : OptionalLong.of(row.getTimeMicros()),
        row.getValue() == null ? OptionalDouble.empty() : OptionalDouble.of(row.getValue()),
        row.getQuality(),
        RejectReason.of(row.getReason()),
        row.getMessage(),
        row.getWriterId(),
        row.getSequence(),
        row.getIndex(),
        row.getRejectedAt());
  }
}
