package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;
import static dev.tidewatch.monitor.storage.jooq.Tables.SUPPRESSION_WINDOW;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.anomaly.SuppressionStore;
import dev.tidewatch.monitor.anomaly.SuppressionWindow;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Maintenance windows on PostgreSQL. */
public final class PostgresSuppressionStore implements SuppressionStore {
  private final Database database;

  public PostgresSuppressionStore(Database database) {
    this.database = database;
  }

  @Override
  public SuppressionWindow create(SuppressionWindow window) {
    return database.inTransaction(db -> {
      WindowsInForce.lockAlone(db);
      int made =
          db.insertInto(SUPPRESSION_WINDOW)
              .set(SUPPRESSION_WINDOW.SUPPRESSION_WINDOW_ID, window.id())
              .set(SUPPRESSION_WINDOW.SERIES_PATTERN, window.seriesPattern())
              .set(SUPPRESSION_WINDOW.STARTS_AT, window.from())
              .set(SUPPRESSION_WINDOW.ENDS_AT, window.to())
              .set(SUPPRESSION_WINDOW.REASON, window.reason())
              .set(SUPPRESSION_WINDOW.ACTOR, window.actor())
              .set(SUPPRESSION_WINDOW.CREATED_AT, window.createdAt())
              .set(SUPPRESSION_WINDOW.REMOVED_BY, "")
              .onConflictDoNothing()
              .execute();
      if (made == 1) {
        mark(db, window);
        return window;
      }
      SuppressionWindow kept =
          db.selectFrom(SUPPRESSION_WINDOW)
              .where(SUPPRESSION_WINDOW.SUPPRESSION_WINDOW_ID.eq(window.id()))
              .fetchSingle(WindowsInForce::window);
      if (!kept.asksForTheSameAs(window)) {
        throw new AlreadyExists(
            "REQUEST_REUSED",
            "request_id: was used for another window, %s; make a new one"
                .formatted(ContentId.toText(kept.id())));
      }
      return kept;
    });
  }

  private static void mark(DSLContext db, SuppressionWindow window) {
    String pattern = window.seriesPattern();
    Condition named =
        pattern.endsWith("*")
            ? SERIES.NAME.startsWith(pattern.substring(0, pattern.length() - 1))
            : SERIES.NAME.eq(pattern);
    db.update(ANOMALY)
        .set(ANOMALY.SUPPRESSION_WINDOW_ID, window.id())
        .set(ANOMALY.REVISION, ANOMALY.REVISION.plus(1))
        .from(SERIES)
        .where(SERIES.SERIES_ID.eq(ANOMALY.SERIES_ID))
        .and(named)
        .and(ANOMALY.TIME.ge(window.from()))
        .and(ANOMALY.TIME.lt(window.to()))
        .and(ANOMALY.SUPPRESSION_WINDOW_ID.isNull())
        .execute();
  }

  @Override
  public Page<SuppressionWindow, WindowCursor> page(
      TimeSpan span, Optional<WindowCursor> after, int size) {
    Condition condition = SUPPRESSION_WINDOW.REMOVED_AT.isNull();
    if (span.from().isPresent()) {
      condition = condition.and(SUPPRESSION_WINDOW.ENDS_AT.gt(span.from().get()));
    }
    if (span.to().isPresent()) {
      condition = condition.and(SUPPRESSION_WINDOW.STARTS_AT.lt(span.to().get()));
    }
    if (after.isPresent()) {
      WindowCursor cursor = after.get();
      condition =
          condition.and(
              SUPPRESSION_WINDOW
                  .STARTS_AT
                  .lt(cursor.from())
                  .or(
                      SUPPRESSION_WINDOW
                          .STARTS_AT
                          .eq(cursor.from())
                          .and(SUPPRESSION_WINDOW.SUPPRESSION_WINDOW_ID.gt(cursor.id()))));
    }
    return Page.of(
        database
            .dsl()
            .selectFrom(SUPPRESSION_WINDOW)
            .where(condition)
            .orderBy(SUPPRESSION_WINDOW.STARTS_AT.desc(), SUPPRESSION_WINDOW.SUPPRESSION_WINDOW_ID)
            .limit(size + 1)
            .fetch(WindowsInForce::window),
        size,
        window -> new WindowCursor(window.from(), window.id()));
  }

  @Override
  public void remove(UUID id, String actor, Instant at) {
    int removed =
        database
            .dsl()
            .update(SUPPRESSION_WINDOW)
            .set(SUPPRESSION_WINDOW.REMOVED_AT, at)
            .set(SUPPRESSION_WINDOW.REMOVED_BY, actor)
            .where(SUPPRESSION_WINDOW.SUPPRESSION_WINDOW_ID.eq(id))
            .and(SUPPRESSION_WINDOW.REMOVED_AT.isNull())
            .execute();
    if (removed == 0) {
      throw new NotFound(
          "SUPPRESSION_WINDOW_UNKNOWN",
          "id: no maintenance window in force has the id " + ContentId.toText(id));
    }
  }
}
