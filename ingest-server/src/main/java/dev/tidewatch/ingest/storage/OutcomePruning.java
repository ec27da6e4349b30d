package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.DELETION_OUTCOME;
import static dev.tidewatch.ingest.storage.jooq.Tables.REQUEST_OUTCOME;
import static dev.tidewatch.ingest.storage.jooq.Tables.WRITER;
import static dev.tidewatch.ingest.storage.jooq.Tables.WRITER_OUTCOME;

import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.time.Instant;

/** Forgets outcomes that nobody asks for any more. */
public final class OutcomePruning {
  private final Database database;
  private final int sequencesKept;
  private final Duration requestsKept;

  /**
   * @param sequencesKept how many batches back a writer may repeat
   * @param requestsKept how long a unary request may be repeated, by the real clock
   */
  public OutcomePruning(Database database, int sequencesKept, Duration requestsKept) {
    this.database = database;
    this.sequencesKept = sequencesKept;
    this.requestsKept = requestsKept;
  }

  public void run(Instant realNow) {
    database
        .dsl()
        .deleteFrom(WRITER_OUTCOME)
        .using(WRITER)
        .where(WRITER_OUTCOME.WRITER_KEY.eq(WRITER.WRITER_KEY))
        .and(WRITER_OUTCOME.LAST_SEQUENCE.le(WRITER.SEQUENCE.minus(sequencesKept)))
        .execute();
    database
        .dsl()
        .deleteFrom(REQUEST_OUTCOME)
        .where(REQUEST_OUTCOME.RECORDED_AT.lt(realNow.minus(requestsKept)))
        .execute();
    database
        .dsl()
        .deleteFrom(DELETION_OUTCOME)
        .where(DELETION_OUTCOME.RECORDED_AT.lt(realNow.minus(requestsKept)))
        .execute();
  }
}
