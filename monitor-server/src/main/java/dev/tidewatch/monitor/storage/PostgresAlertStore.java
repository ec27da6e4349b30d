package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_HEAD;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_TRANSITION;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.AlertFilter;
import dev.tidewatch.monitor.alert.AlertLife;
import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.alert.AlertStore;
import dev.tidewatch.monitor.alert.AlertTransition;
import dev.tidewatch.monitor.storage.jooq.tables.records.AlertRecord;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Alerts on PostgreSQL. */
public final class PostgresAlertStore implements AlertStore {
  private static final int FIRING_MAX = 1_000;

  private final Database database;

  public PostgresAlertStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Alert> find(UUID id) {
    return database
        .dsl()
        .selectFrom(ALERT)
        .where(ALERT.ALERT_ID.eq(id))
        .fetchOptional(AlertRows::alert);
  }

  @Override
  public Page<Alert, AlertCursor> page(
      AlertFilter filter, TimeSpan begun, Optional<AlertCursor> after, int size) {
    Condition condition =
        ALERT.STATE.in(filter.states().stream().map(state -> (short) state.code()).toList());
    if (filter.severityMin().isPresent()) {
      condition = condition.and(ALERT.SEVERITY.ge((short) filter.severityMin().get().code()));
    }
    if (filter.series().isPresent()) {
      condition = condition.and(ALERT.SERIES.eq(filter.series().get()));
    }
    if (filter.model().isPresent()) {
      condition = condition.and(ALERT.MODEL.eq(filter.model().get()));
    }
    if (filter.rule().isPresent()) {
      condition = condition.and(ALERT.RULE.eq(filter.rule().get()));
    }
    if (begun.from().isPresent()) {
      condition = condition.and(ALERT.PENDING_SINCE.ge(begun.from().get()));
    }
    if (begun.to().isPresent()) {
      condition = condition.and(ALERT.PENDING_SINCE.lt(begun.to().get()));
    }
    if (after.isPresent()) {
      AlertCursor cursor = after.get();
      condition =
          condition.and(
              ALERT
                  .PENDING_SINCE
                  .lt(cursor.pendingSince())
                  .or(
                      ALERT
                          .PENDING_SINCE
                          .eq(cursor.pendingSince())
                          .and(ALERT.ALERT_ID.gt(cursor.id()))));
    }
    List<Alert> rows =
        database
            .dsl()
            .selectFrom(ALERT)
            .where(condition)
            .orderBy(ALERT.PENDING_SINCE.desc(), ALERT.ALERT_ID)
            .limit(size + 1)
            .fetch(AlertRows::alert);
    return Page.of(rows, size, alert -> new AlertCursor(alert.pendingSince(), alert.id()));
  }

  @Override
  public List<Alert> firing(Collection<String> rules, String series) {
    if (rules.isEmpty()) {
      return List.of();
    }
    return database
        .dsl()
        .selectFrom(ALERT)
        .where(ALERT.RULE.in(rules))
        .and(ALERT.SERIES.eq(series))
        .and(
            ALERT.STATE.in(
                (short) AlertState.FIRING.code(), (short) AlertState.ACKNOWLEDGED.code()))
        .orderBy(ALERT.ALERT_ID)
        .limit(FIRING_MAX)
        .fetch(AlertRows::alert);
  }

  @Override
  public List<AlertTransition> history(UUID id, int limit) {
    var transitions =
        new ArrayList<>(
            database
                .dsl()
                .selectFrom(ALERT_TRANSITION)
                .where(ALERT_TRANSITION.ALERT_ID.eq(id))
                .orderBy(ALERT_TRANSITION.POSITION.desc())
                .limit(limit)
                .fetch(AlertRows::transition));
    Collections.reverse(transitions);
    return transitions;
  }

  @Override
  public Page<AlertTransition, Long> transitions(
      Optional<UUID> alert, TimeSpan span, Optional<Long> before, int size) {
    Condition condition = DSL.noCondition();
    if (alert.isPresent()) {
      condition = condition.and(ALERT_TRANSITION.ALERT_ID.eq(alert.get()));
    }
    if (span.from().isPresent()) {
      condition = condition.and(ALERT_TRANSITION.CHANGED_AT.ge(span.from().get()));
    }
    if (span.to().isPresent()) {
      condition = condition.and(ALERT_TRANSITION.CHANGED_AT.lt(span.to().get()));
    }
    if (before.isPresent()) {
      condition = condition.and(ALERT_TRANSITION.POSITION.lt(before.get()));
    }
    List<AlertTransition> rows =
        database
            .dsl()
            .selectFrom(ALERT_TRANSITION)
            .where(condition)
            .orderBy(ALERT_TRANSITION.POSITION.desc())
            .limit(size + 1)
            .fetch(AlertRows::transition);
    return Page.of(rows, size, AlertTransition::position);
  }

  @Override
  public Alert acknowledge(
      UUID id, Optional<String> etag, String actor, String comment, Instant at) {
    return database.inTransaction(db -> {
      AlertRecord row = locked(db, id);
      Alert before = AlertRows.alert(row);
      if (before.state() == AlertState.ACKNOWLEDGED && before.actor().equals(actor)) {
        return before;
      }
      requireEtag(before, etag);
      if (before.state() == AlertState.RESOLVED) {
        throw new FailedPrecondition(
            "ALERT_RESOLVED",
            "id: alert %s is resolved; there is nothing to take care of"
                .formatted(ContentId.toText(id)));
      }
      if (before.state() == AlertState.PENDING) {
        throw new FailedPrecondition(
            "ALERT_PENDING",
            "id: alert %s does not fire yet; acknowledge it when it does"
                .formatted(ContentId.toText(id)));
      }
      var step =
          AlertLife.acknowledged(before, Optional.ofNullable(row.getDueAt()), at, actor, comment);
      AlertWriter.write(db, List.of(step));
      return step.alert();
    });
  }

  @Override
  public Alert resolve(UUID id, Optional<String> etag, String actor, String comment, Instant at) {
    return database.inTransaction(db -> {
      Alert before = AlertRows.alert(locked(db, id));
      if (before.state() == AlertState.RESOLVED) {
        return before;
      }
      requireEtag(before, etag);
      var step = AlertLife.resolved(before, at, actor, comment);
      AlertWriter.write(db, List.of(step));
      return step.alert();
    });
  }

  private static AlertRecord locked(DSLContext db, UUID id) {
    return db.selectFrom(ALERT)
        .where(ALERT.ALERT_ID.eq(id))
        .forUpdate()
        .fetchOptional()
        .orElseThrow(
            () -> new NotFound("ALERT_UNKNOWN", "id: no alert has the id " + ContentId.toText(id)));
  }

  private static void requireEtag(Alert alert, Optional<String> etag) {
    if (etag.isPresent() && !etag.get().equals(alert.etag())) {
      throw new Aborted(
              "ETAG_STALE",
              "etag: alert %s is at %s, not %s; read it again, then decide"
                  .formatted(ContentId.toText(alert.id()), alert.etag(), etag.get()))
          .with("etag", alert.etag());
    }
  }

  @Override
  public Head head() {
    return database
        .dsl()
        .select(ALERT_HEAD.EPOCH, ALERT_HEAD.POSITION)
        .from(ALERT_HEAD)
        .fetchSingle(row -> new Head(row.value1(), row.value2()));
  }

  @Override
  public List<ChangedAlert> transitionsAfter(long position, int limit) {
    return database
        .dsl()
        .select(ALERT_TRANSITION.fields())
        .select(ALERT.fields())
        .from(ALERT_TRANSITION)
        .join(ALERT)
        .on(ALERT.ALERT_ID.eq(ALERT_TRANSITION.ALERT_ID))
        .where(ALERT_TRANSITION.POSITION.gt(position))
        .orderBy(ALERT_TRANSITION.POSITION)
        .limit(limit)
        .fetch(
            row -> new ChangedAlert(AlertRows.transition(row), AlertRows.alert(row.into(ALERT))));
  }
}
