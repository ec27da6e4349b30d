package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Sequences.ALERT_RULE_REVISION;
import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_RULE;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.alert.AlertRule;
import dev.tidewatch.monitor.alert.AlertRuleStore;
import dev.tidewatch.monitor.alert.Condition;
import dev.tidewatch.monitor.alert.SeriesPattern;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.monitor.storage.jooq.tables.records.AlertRuleRecord;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Rules on PostgreSQL. */
public final class PostgresAlertRuleStore implements AlertRuleStore {
  private static final short ACCURACY = 1;
  private static final short DRIFT = 2;
  private static final short ANOMALY = 3;
  private static final short STALENESS = 4;
  private static final short HEALTH = 5;
  private static final short SERVER = 6;

  private final Database database;

  public PostgresAlertRuleStore(Database database) {
    this.database = database;
  }

  @Override
  public AlertRule create(AlertRule rule, UUID requestId) {
    return database.inTransaction(db -> {
      var row = record(rule.withRevision(nextRevision(db)));
      row.setRequestId(requestId);
      boolean isNew = db.insertInto(ALERT_RULE).set(row).onConflictDoNothing().execute() == 1;
      if (isNew) {
        return rule(row);
      }
      return db.selectFrom(ALERT_RULE)
          .where(ALERT_RULE.REQUEST_ID.eq(requestId))
          .fetchOptional(PostgresAlertRuleStore::rule)
          .orElseThrow(() ->
              new AlreadyExists(
                  "RULE_EXISTS",
                  "rule.name: a rule has the name '%s' already; choose another, or update that one"
                      .formatted(rule.name())));
    });
  }

  @Override
  public AlertRule update(AlertRule rule, String etag, Instant at) {
    return database.inTransaction(db -> {
      AlertWriter.lock(db);
      AlertRule before = locked(db, rule.name(), Optional.of(etag));
      AlertRule after = rule.withRevision(nextRevision(db));
      AlertRuleRecord row = record(after);
      db.update(ALERT_RULE).set(row).where(ALERT_RULE.NAME.eq(rule.name())).execute();
      if (after.disabled()) {
        AlertWriter.resolveAll(db, rule.name(), at, "The rule was switched off.");
      } else if (!after.condition().getClass().equals(before.condition().getClass())) {
        AlertWriter.resolveAll(db, rule.name(), at, "The rule has another condition now.");
      }
      return after;
    });
  }

  @Override
  public void delete(String name, Optional<String> etag, Instant at) {
    database.inTransaction(db -> {
      AlertWriter.lock(db);
      locked(db, name, etag);
      db.deleteFrom(ALERT_RULE).where(ALERT_RULE.NAME.eq(name)).execute();
      AlertWriter.resolveAll(db, name, at, "The rule was removed.");
      return name;
    });
  }

  private static AlertRule locked(DSLContext db, String name, Optional<String> etag) {
    AlertRule rule =
        db.selectFrom(ALERT_RULE)
            .where(ALERT_RULE.NAME.eq(name))
            .forUpdate()
            .fetchOptional(PostgresAlertRuleStore::rule)
            .orElseThrow(() ->
                new NotFound("RULE_UNKNOWN", "name: no rule has the name '%s'".formatted(name)));
    if (etag.isPresent() && !etag.get().equals(rule.etag())) {
      throw new Aborted(
              "ETAG_STALE",
              "etag: rule %s is at %s, not '%s'; read it again, then decide"
                  .formatted(name, rule.etag(), etag.get()))
          .with("etag", rule.etag());
    }
    return rule;
  }

  @Override
  public Optional<AlertRule> find(String name) {
    return database
        .dsl()
        .selectFrom(ALERT_RULE)
        .where(ALERT_RULE.NAME.eq(name))
        .fetchOptional(PostgresAlertRuleStore::rule);
  }

  @Override
  public Page<AlertRule, String> page(Optional<String> after, int size) {
    // By bytes, so that the order does not hang on the locale of the database.
    var name = ALERT_RULE.NAME.collate("C");
    List<AlertRule> rows =
        database
            .dsl()
            .selectFrom(ALERT_RULE)
            .where(after.map(name::gt).orElse(DSL.noCondition()))
            .orderBy(name)
            .limit(size + 1)
            .fetch(PostgresAlertRuleStore::rule);
    return Page.of(rows, size, AlertRule::name);
  }

  @Override
  public List<AlertRule> enabled() {
    return enabled(database.dsl());
  }

  static List<AlertRule> enabled(DSLContext db) {
    return db.selectFrom(ALERT_RULE)
        .where(DSL.not(ALERT_RULE.DISABLED))
        .orderBy(ALERT_RULE.NAME.collate("C"))
        .fetch(PostgresAlertRuleStore::rule);
  }

  private static long nextRevision(DSLContext db) {
    return db.nextval(ALERT_RULE_REVISION);
  }

  private static AlertRuleRecord record(AlertRule rule) {
    var row = new AlertRuleRecord();
    row.setName(rule.name());
    row.setRevision(rule.revision());
    row.setSeriesPattern(rule.seriesPattern().text());
    row.setModel(rule.model());
    row.setMeasure(null);
    row.setLimitValue(null);
    row.setLevel(null);
    row.setTrailingMicros(null);
    row.setCountMin(null);
    row.setSeverityMin(null);
    row.setStrongOnly(null);
    row.setServer(null);
    switch (rule.condition()) {
      case Condition.Accuracy c -> {
        row.setConditionKind(ACCURACY);
        row.setMeasure((short) c.measure().code());
        row.setLimitValue(c.limit());
        row.setLevel(c.level());
        row.setTrailingMicros(micros(c.trailing()));
        row.setCountMin(c.pairsMin());
      }
      case Condition.Drift c -> {
        row.setConditionKind(DRIFT);
        row.setStrongOnly(c.strongOnly());
      }
      case Condition.Anomalies c -> {
        row.setConditionKind(ANOMALY);
        row.setSeverityMin((short) c.severityMin().code());
        row.setCountMin(c.anomaliesMin());
        row.setTrailingMicros(micros(c.trailing()));
      }
      case Condition.Staleness c -> {
        row.setConditionKind(STALENESS);
        row.setTrailingMicros(micros(c.silentFor()));
      }
      case Condition.Health c -> {
        row.setConditionKind(HEALTH);
        row.setLimitValue(c.limit());
      }
      case Condition.Server c -> {
        row.setConditionKind(SERVER);
        row.setServer(c.server());
      }
    }
    row.setSeverity((short) rule.severity().code());
    row.setHoldMicros(micros(rule.hold()));
    row.setResolveMicros(micros(rule.resolveAfter()));
    row.setCoolDownMicros(micros(rule.coolDown()));
    row.setFlapsPerHourMax(rule.flapsPerHourMax());
    row.setGroupBy(rule.groupBy().toArray(String[]::new));
    row.setInhibitedBy(rule.inhibitedBy().toArray(String[]::new));
    row.setAdvice(rule.advice());
    row.setDisabled(rule.disabled());
    return row;
  }

  static AlertRule rule(AlertRuleRecord row) {
    return new AlertRule(
        row.getName(),
        new SeriesPattern(row.getSeriesPattern()),
        row.getModel(),
        condition(row),
        Severity.ofCode(row.getSeverity()),
        duration(row.getHoldMicros()),
        duration(row.getResolveMicros()),
        duration(row.getCoolDownMicros()),
        row.getFlapsPerHourMax(),
        List.of(row.getGroupBy()),
        List.of(row.getInhibitedBy()),
        row.getAdvice(),
        row.getDisabled(),
        row.getRevision());
  }

  private static Condition condition(AlertRuleRecord row) {
    return switch (row.getConditionKind()) {
      case ACCURACY ->
          new Condition.Accuracy(
              Condition.Measure.ofCode(row.getMeasure()),
              row.getLimitValue(),
              row.getLevel(),
              duration(row.getTrailingMicros()),
              row.getCountMin());
      case DRIFT -> new Condition.Drift(row.getStrongOnly());
      case ANOMALY ->
          new Condition.Anomalies(
              Severity.ofCode(row.getSeverityMin()),
              row.getCountMin(),
              duration(row.getTrailingMicros()));
      case STALENESS -> new Condition.Staleness(duration(row.getTrailingMicros()));
      case HEALTH -> new Condition.Health(row.getLimitValue());
      case SERVER -> new Condition.Server(row.getServer());
      default ->
          throw new IllegalStateException(
              "rule %s has a condition of kind %d"
                  .formatted(row.getName(), row.getConditionKind()));
    };
  }

  private static long micros(Duration duration) {
    return TimeUnit.SECONDS.toMicros(duration.getSeconds()) + duration.getNano() / 1_000;
  }

  private static Duration duration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
