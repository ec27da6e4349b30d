package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_HEAD;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_PROGRESS;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_TRANSITION;

import dev.tidewatch.monitor.alert.AlertLife;
import dev.tidewatch.monitor.alert.AlertLife.Move;
import dev.tidewatch.monitor.alert.AlertLife.Step;
import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.storage.jooq.tables.records.AlertRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Writes alerts and their transitions within a transaction. Locks are taken in one order: progress
 * (by all who evaluate rules or change them), then alerts, then the head of the transitions.
 */
final class AlertWriter {
  private static final int ROWS_PER_STATEMENT = 1_000;
  private static final short RESOLVED = (short) AlertState.RESOLVED.code();

  private AlertWriter() {}

  /** Waits for all others who evaluate or change rules; returns the position they came to. */
  static long lock(DSLContext db) {
    return db.select(ALERT_PROGRESS.ANOMALY_POSITION)
        .from(ALERT_PROGRESS)
        .forUpdate()
        .fetchSingle()
        .value1();
  }

  /** Writes what was decided. To be called last in a transaction. */
  static void write(DSLContext db, List<Step> steps) {
    var added = new ArrayList<AlertRecord>();
    var changed = new ArrayList<AlertRecord>();
    int moves = 0;
    for (Step step : steps) {
      boolean isNew = !step.moves().isEmpty() && step.moves().getFirst().from().isEmpty();
      (isNew ? added : changed).add(AlertRows.record(step.alert(), step.dueAt()));
      moves += step.moves().size();
    }
    if (!added.isEmpty()) {
      db.batchInsert(added).execute();
    }
    if (!changed.isEmpty()) {
      db.batchUpdate(changed).execute();
    }
    if (moves == 0) {
      return;
    }
    long position =
        db.update(ALERT_HEAD)
                .set(ALERT_HEAD.POSITION, ALERT_HEAD.POSITION.plus(moves))
                .returningResult(ALERT_HEAD.POSITION)
                .fetchSingle()
                .value1()
            - moves;
    var insert = db.insertQuery(ALERT_TRANSITION);
    int rows = 0;
    for (Step step : steps) {
      for (Move move : step.moves()) {
        insert.newRecord();
        insert.addValue(ALERT_TRANSITION.POSITION, ++position);
        insert.addValue(ALERT_TRANSITION.ALERT_ID, step.alert().id());
        insert.addValue(ALERT_TRANSITION.SUBJECT, step.alert().subject());
        insert.addValue(
            ALERT_TRANSITION.FROM_STATE,
            move.from().map(state -> (short) state.code()).orElse(null));
        insert.addValue(ALERT_TRANSITION.TO_STATE, (short) move.to().code());
        insert.addValue(ALERT_TRANSITION.CHANGED_AT, move.at());
        insert.addValue(ALERT_TRANSITION.ACTOR, move.actor());
        insert.addValue(ALERT_TRANSITION.REASON, move.reason());
        if (++rows == ROWS_PER_STATEMENT) {
          insert.execute();
          insert = db.insertQuery(ALERT_TRANSITION);
          rows = 0;
        }
      }
    }
    if (rows > 0) {
      insert.execute();
    }
  }

  /** Resolves all open alerts of a rule. */
  static void resolveAll(DSLContext db, String rule, Instant at, String reason) {
    List<Step> steps =
        db.selectFrom(ALERT)
            .where(ALERT.RULE.eq(rule))
            .and(ALERT.STATE.ne(RESOLVED))
            .orderBy(ALERT.ALERT_ID)
            .forUpdate()
            .fetch(row -> AlertLife.resolved(AlertRows.alert(row), at, "", reason));
    write(db, steps);
  }
}
