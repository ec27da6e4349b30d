package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_PROGRESS;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_RULE;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_TRANSITION;
import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.AlertJournal;
import dev.tidewatch.monitor.alert.AlertLife;
import dev.tidewatch.monitor.alert.AlertLife.Closed;
import dev.tidewatch.monitor.alert.AlertLife.Past;
import dev.tidewatch.monitor.alert.AlertLife.Step;
import dev.tidewatch.monitor.alert.AlertRule;
import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.alert.Finding;
import dev.tidewatch.monitor.alert.Finding.Outcome;
import dev.tidewatch.monitor.alert.Judgement;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Where rules are evaluated into, on PostgreSQL. */
public final class PostgresAlertJournal implements AlertJournal {
  private static final short RESOLVED = (short) AlertState.RESOLVED.code();

  private final Database database;
  private final AlertLife life;

  public PostgresAlertJournal(Database database, AlertLife life) {
    this.database = database;
    this.life = life;
  }

  @Override
  public long anomalyPosition() {
    return database
        .dsl()
        .select(ALERT_PROGRESS.ANOMALY_POSITION)
        .from(ALERT_PROGRESS)
        .fetchSingle()
        .value1();
  }

  @Override
  public boolean follow(long from, long through, Judge judge, Instant now) {
    return database.inTransaction(db -> {
      if (AlertWriter.lock(db) != from) {
        return false;
      }
      db.update(ALERT_PROGRESS).set(ALERT_PROGRESS.ANOMALY_POSITION, through).execute();
      List<Judgement> judgements =
          judge.judge(
              PostgresAlertRuleStore.enabled(db),
              (series, detector, version, severityMin, to, limit) ->
                  newest(db, series, detector, version, severityMin, to, limit));
      if (!judgements.isEmpty()) {
        var bySubject = new LinkedHashMap<UUID, Judgement>();
        judgements.forEach(judgement -> bySubject.put(judgement.subject(), judgement));
        Map<UUID, Past> pasts = pasts(db, bySubject.keySet(), now);
        var steps = new ArrayList<Step>();
        bySubject.forEach((subject, judgement) ->
            life.holds(judgement.rule(), past(pasts, subject), judgement.finding(), now)
                .ifPresent(steps::add));
        AlertWriter.write(db, steps);
      }
      return true;
    });
  }

  private static List<Instant> newest(
      DSLContext db,
      String series,
      String detector,
      String version,
      Severity severityMin,
      Instant to,
      int limit) {
    return db.select(ANOMALY.REPORTED_AT)
        .from(ANOMALY)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(ANOMALY.SERIES_ID))
        .where(SERIES.NAME.eq(series))
        .and(ANOMALY.DETECTOR.eq(detector))
        .and(ANOMALY.DETECTOR_VERSION.eq(version))
        .and(ANOMALY.SEVERITY.ge((short) severityMin.code()))
        .and(ANOMALY.STATUS.ne((short) AnomalyStatus.FALSE_ALARM.code()))
        .and(ANOMALY.SUPPRESSION_WINDOW_ID.isNull())
        .and(ANOMALY.REPORTED_AT.le(to))
        .orderBy(ANOMALY.REPORTED_AT.desc())
        .limit(limit)
        .fetch(ANOMALY.REPORTED_AT);
  }

  @Override
  public boolean round(AlertRule rule, List<Finding> findings, Instant now) {
    boolean anyHolds = findings.stream().anyMatch(f -> f.outcome() == Outcome.HOLDS);
    if (!anyHolds && !database.dsl().fetchExists(ALERT, openOf(rule.name()))) {
      return true;
    }
    return database.inTransaction(db -> {
      AlertWriter.lock(db);
      if (!db.fetchExists(
          ALERT_RULE,
          ALERT_RULE.NAME.eq(rule.name()).and(ALERT_RULE.REVISION.eq(rule.revision())))) {
        return false;
      }
      var bySubject = new LinkedHashMap<UUID, Finding>();
      findings.forEach(f -> bySubject.put(Alert.subject(rule.name(), f.labels()), f));
      Set<UUID> subjects = new LinkedHashSet<>(bySubject.keySet());
      subjects.addAll(
          db.select(ALERT.SUBJECT).from(ALERT).where(openOf(rule.name())).fetch(ALERT.SUBJECT));
      Map<UUID, Past> pasts = pasts(db, subjects, now);
      var steps = new ArrayList<Step>();
      for (UUID subject : subjects) {
        Past past = past(pasts, subject);
        Optional<Finding> finding = Optional.ofNullable(bySubject.get(subject));
        if (finding.isEmpty()) {
          life.over(rule, past, now).ifPresent(steps::add);
        } else if (finding.get().outcome() == Outcome.HOLDS) {
          life.holds(rule, past, finding.get(), now).ifPresent(steps::add);
        }
      }
      AlertWriter.write(db, steps);
      return true;
    });
  }

  private static Condition openOf(String rule) {
    return ALERT.RULE.eq(rule).and(ALERT.STATE.ne(RESOLVED));
  }

  @Override
  public int settleDue(Instant now, int limit) {
    if (!database.dsl().fetchExists(ALERT, ALERT.DUE_AT.le(now))) {
      return 0;
    }
    return database.inTransaction(db -> {
      AlertWriter.lock(db);
      Set<UUID> subjects =
          new LinkedHashSet<>(
              db.select(ALERT.SUBJECT)
                  .from(ALERT)
                  .where(ALERT.DUE_AT.le(now))
                  .orderBy(ALERT.DUE_AT)
                  .limit(limit)
                  .fetch(ALERT.SUBJECT));
      Map<UUID, Past> pasts = pasts(db, subjects, now);
      Map<String, AlertRule> rules =
          PostgresAlertRuleStore.enabled(db).stream()
              .collect(Collectors.toMap(AlertRule::name, rule -> rule));
      var steps = new ArrayList<Step>();
      for (UUID subject : subjects) {
        Past past = past(pasts, subject);
        // A person may have resolved it since it was selected.
        if (past.open().isPresent()) {
          Alert open = past.open().get();
          AlertRule rule = rules.get(open.rule());
          if (rule == null) {
            steps.add(AlertLife.resolved(open, now, "", "The rule is no longer there."));
          } else {
            life.timePassed(rule, past, now).ifPresent(steps::add);
          }
        }
      }
      AlertWriter.write(db, steps);
      return subjects.size();
    });
  }

  private static Past past(Map<UUID, Past> pasts, UUID subject) {
    return pasts.getOrDefault(subject, new Past(Optional.empty(), Optional.empty(), 0));
  }

  /** What is known of each; open alerts stay locked. */
  private static Map<UUID, Past> pasts(DSLContext db, Collection<UUID> subjects, Instant now) {
    UUID[] all = subjects.toArray(UUID[]::new);
    var open = new HashMap<UUID, Alert>();
    db.selectFrom(ALERT)
        .where(ALERT.SUBJECT.eq(DSL.any(all)))
        .and(ALERT.STATE.ne(RESOLVED))
        .orderBy(ALERT.ALERT_ID)
        .forUpdate()
        .forEach(row -> open.put(row.getSubject(), AlertRows.alert(row)));
    var closed = new HashMap<UUID, Closed>();
    db.resultQuery(
            """
            SELECT s.subject, c.alert_id, c.resolved_at
              FROM unnest({0}::uuid[]) AS s (subject)
              CROSS JOIN LATERAL (
                SELECT alert_id, resolved_at FROM alert
                 WHERE alert.subject = s.subject AND state = 4
                 ORDER BY resolved_at DESC LIMIT 1) c
            """,
            DSL.val(all))
        .forEach(row ->
            closed.put(
                row.get(0, UUID.class),
                new Closed(row.get(1, UUID.class), row.get(2, Instant.class))));
    var counts = new HashMap<UUID, Integer>();
    db.select(ALERT_TRANSITION.SUBJECT, DSL.count())
        .from(ALERT_TRANSITION)
        .where(ALERT_TRANSITION.SUBJECT.eq(DSL.any(all)))
        .and(ALERT_TRANSITION.CHANGED_AT.gt(now.minus(AlertLife.FLAP_WINDOW)))
        .and(ALERT_TRANSITION.ACTOR.eq(""))
        .groupBy(ALERT_TRANSITION.SUBJECT)
        .forEach(row -> counts.put(row.value1(), row.value2()));
    var pasts = new HashMap<UUID, Past>();
    for (UUID subject : all) {
      pasts.put(
          subject,
          new Past(
              Optional.ofNullable(open.get(subject)),
              Optional.ofNullable(closed.get(subject)),
              counts.getOrDefault(subject, 0)));
    }
    return pasts;
  }

  @Override
  public boolean claimDuty(String evaluator, Instant now, Duration term) {
    return database
            .dsl()
            .update(ALERT_PROGRESS)
            .set(ALERT_PROGRESS.EVALUATOR, evaluator)
            .set(ALERT_PROGRESS.EVALUATES_UNTIL, now.plus(term))
            .where(
                ALERT_PROGRESS.EVALUATOR.eq(evaluator).or(ALERT_PROGRESS.EVALUATES_UNTIL.le(now)))
            .execute()
        == 1;
  }

  @Override
  public void releaseDuty(String evaluator) {
    database
        .dsl()
        .update(ALERT_PROGRESS)
        .set(ALERT_PROGRESS.EVALUATOR, "")
        .set(ALERT_PROGRESS.EVALUATES_UNTIL, Instant.EPOCH)
        .where(ALERT_PROGRESS.EVALUATOR.eq(evaluator))
        .execute();
  }
}
