package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.QUARANTINE;
import static org.jooq.impl.DSL.noCondition;

import dev.tidewatch.ingest.intake.QuarantineStore;
import dev.tidewatch.ingest.intake.QuarantinedReading;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.ingest.storage.jooq.tables.records.QuarantineRecord;
import dev.tidewatch.serverkit.database.Database;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jooq.Condition;

/** Rejected readings in PostgreSQL. Thread-safe. */
public final class PostgresQuarantineStore implements QuarantineStore {
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
