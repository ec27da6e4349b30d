package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.SILENCE;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.alert.LabelMatcher;
import dev.tidewatch.monitor.alert.Silence;
import dev.tidewatch.monitor.alert.SilenceStore;
import dev.tidewatch.monitor.storage.jooq.tables.records.SilenceRecord;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/** Silences on PostgreSQL. */
public final class PostgresSilenceStore implements SilenceStore {
  private final Database database;

  public PostgresSilenceStore(Database database) {
    this.database = database;
  }

  @Override
  public Silence create(Silence silence) {
    var row = new SilenceRecord();
    row.setSilenceId(silence.id());
    row.setLabels(silence.matchers().stream().map(LabelMatcher::label).toArray(String[]::new));
    row.setPatterns(silence.matchers().stream().map(LabelMatcher::pattern).toArray(String[]::new));
    row.setStartsAt(silence.from());
    row.setEndsAt(silence.to());
    row.setActor(silence.actor());
    row.setReason(silence.reason());
    database.dsl().insertInto(SILENCE).set(row).onConflictDoNothing().execute();
    return database
        .dsl()
        .selectFrom(SILENCE)
        .where(SILENCE.SILENCE_ID.eq(silence.id()))
        .fetchSingle(PostgresSilenceStore::silence);
  }

  @Override
  public Silence expire(UUID id, String actor, Instant at) {
    return database.inTransaction(db -> {
      Silence before =
          db.selectFrom(SILENCE)
              .where(SILENCE.SILENCE_ID.eq(id))
              .forUpdate()
              .fetchOptional(PostgresSilenceStore::silence)
              .orElseThrow(() ->
                  new NotFound(
                      "SILENCE_UNKNOWN", "id: no silence has the id " + ContentId.toText(id)));
      if (!at.isBefore(before.to())) {
        return before;
      }
      Instant end = at.isBefore(before.from()) ? before.from() : at;
      db.update(SILENCE)
          .set(SILENCE.ENDS_AT, end)
          .set(SILENCE.ACTOR, actor)
          .where(SILENCE.SILENCE_ID.eq(id))
          .execute();
      return new Silence(id, before.matchers(), before.from(), end, actor, before.reason());
    });
  }

  @Override
  public Page<Silence, SilenceCursor> page(
      Optional<Instant> endsAfter, Optional<SilenceCursor> after, int size) {
    Condition condition = endsAfter.map(SILENCE.ENDS_AT::gt).orElse(DSL.noCondition());
    if (after.isPresent()) {
      SilenceCursor cursor = after.get();
      condition =
          condition.and(
              SILENCE
                  .ENDS_AT
                  .lt(cursor.to())
                  .or(SILENCE.ENDS_AT.eq(cursor.to()).and(SILENCE.SILENCE_ID.gt(cursor.id()))));
    }
    List<Silence> rows =
        database
            .dsl()
            .selectFrom(SILENCE)
            .where(condition)
            .orderBy(SILENCE.ENDS_AT.desc(), SILENCE.SILENCE_ID)
            .limit(size + 1)
            .fetch(PostgresSilenceStore::silence);
    return Page.of(rows, size, silence -> new SilenceCursor(silence.to(), silence.id()));
  }

  @Override
  public List<Silence> activeAt(Instant at, int limit) {
    return database
        .dsl()
        .selectFrom(SILENCE)
        .where(SILENCE.ENDS_AT.gt(at))
        .and(SILENCE.STARTS_AT.le(at))
        .orderBy(SILENCE.ENDS_AT.desc(), SILENCE.SILENCE_ID)
        .limit(limit)
        .fetch(PostgresSilenceStore::silence);
  }

  private static Silence silence(SilenceRecord row) {
    var matchers = new ArrayList<LabelMatcher>();
    for (int i = 0; i < row.getLabels().length; i++) {
      matchers.add(new LabelMatcher(row.getLabels()[i], row.getPatterns()[i]));
    }
    return new Silence(
        row.getSilenceId(),
        matchers,
        row.getStartsAt(),
        row.getEndsAt(),
        row.getActor(),
        row.getReason());
  }
}
