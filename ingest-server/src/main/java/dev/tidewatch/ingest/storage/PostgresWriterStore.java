package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.WRITER;

import dev.tidewatch.ingest.intake.Counts;
import dev.tidewatch.ingest.intake.SourcePosition;
import dev.tidewatch.ingest.intake.WriterState;
import dev.tidewatch.ingest.intake.WriterStore;
import dev.tidewatch.ingest.storage.jooq.tables.records.WriterRecord;
import dev.tidewatch.serverkit.database.Database;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;

/** Writers in PostgreSQL. Thread-safe. */
public final class PostgresWriterStore implements WriterStore {
  private final Database database;

  public PostgresWriterStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<WriterState> find(String writerId) {
    return database
        .dsl()
        .selectFrom(WRITER)
        .where(WRITER.WRITER_ID.eq(writerId))
        .fetchOptional(PostgresWriterStore::state);
  }

  @Override
  public List<WriterState> page(String prefix, String after, int limit) {
    Condition wanted = WRITER.WRITER_ID.gt(after);
    if (!prefix.isEmpty()) {
      wanted = wanted.and(WRITER.WRITER_ID.startsWith(prefix));
      if (prefix.compareTo(after) > 0) {
        // Begins the walk of the index at the prefix.
        wanted = wanted.and(WRITER.WRITER_ID.ge(prefix));
      }
    }
    return database
        .dsl()
        .selectFrom(WRITER)
        .where(wanted)
        .orderBy(WRITER.WRITER_ID)
        .limit(limit)
        .fetch(PostgresWriterStore::state);
  }

  private static WriterState state(WriterRecord row) {
    return new WriterState(
        row.getWriterId(),
        row.getEpoch(),
        row.getSequence(),
        new SourcePosition(row.getSourcePosition()),
        new Counts(
            row.getAccepted(),
            row.getUnchanged(),
            row.getReplaced(),
            row.getDropped(),
            row.getRejected()),
        row.getCreatedAt(),
        Optional.ofNullable(row.getCommittedAt()));
  }
}
