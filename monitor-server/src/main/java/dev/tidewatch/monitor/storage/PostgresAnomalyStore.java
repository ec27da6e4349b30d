package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY_CHANGE;
import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY_HEAD;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.AnomalyAction;
import dev.tidewatch.monitor.anomaly.AnomalyChange;
import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.LoggedAnomaly;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** The anomaly log on PostgreSQL. */
public final class PostgresAnomalyStore implements AnomalyStore {
  private static final int ANOMALIES_PER_STATEMENT = 500;

  private final Database database;
  private final Numbers numbers;

  public PostgresAnomalyStore(Database database, int shardCount) {
    this.database = database;
    this.numbers = new Numbers(database.dsl(), shardCount);
  }

  @Override
  public Set<UUID> report(List<Anomaly> anomalies, Instant reportedAt) {
    var batch = new TreeMap<UUID, Anomaly>();
    anomalies.forEach(anomaly -> batch.putIfAbsent(anomaly.id(), anomaly));
    if (batch.isEmpty()) {
      return Set.of();
    }
    Map<String, Long> series =
        numbers.ofSeries(
            batch.values().stream().map(a -> a.series().value()).collect(Collectors.toSet()));
    return database.inTransaction(db -> {
      Set<UUID> added =
          insert(db, batch, series, WindowsInForce.lockedFor(db, batch.values()), reportedAt);
      if (added.isEmpty()) {
        return added;
      }
      long position = takePositions(db, added.size()) - added.size();
      var changes = db.insertQuery(ANOMALY_CHANGE);
      for (UUID id : added) {
        changes.newRecord();
        changes.addValue(ANOMALY_CHANGE.POSITION, ++position);
        changes.addValue(ANOMALY_CHANGE.ANOMALY_ID, id);
        changes.addValue(ANOMALY_CHANGE.ACTION, (short) AnomalyAction.REPORTED.code());
        changes.addValue(ANOMALY_CHANGE.ACTOR, "");
        changes.addValue(ANOMALY_CHANGE.CHANGED_AT, reportedAt);
        changes.addValue(ANOMALY_CHANGE.COMMENT, "");
        changes.addValue(ANOMALY_CHANGE.ASSIGNEE, "");
      }
      changes.execute();
      return added;
    });
  }

  private static Set<UUID> insert(
      DSLContext db,
      Map<UUID, Anomaly> batch,
      Map<String, Long> series,
      WindowsInForce windows,
      Instant reportedAt) {
    var added = new LinkedHashSet<UUID>();
    var ids = List.copyOf(batch.keySet());
    for (int from = 0; from < ids.size(); from += ANOMALIES_PER_STATEMENT) {
      var insert = db.insertQuery(ANOMALY);
      for (UUID id : ids.subList(from, Math.min(ids.size(), from + ANOMALIES_PER_STATEMENT))) {
        Anomaly a = batch.get(id);
        if (a == null) {
          throw new IllegalStateException("no anomaly " + id);
        }
        insert.newRecord();
        insert.addValue(ANOMALY.ANOMALY_ID, id);
        insert.addValue(ANOMALY.SERIES_ID, series.get(a.series().value()));
        insert.addValue(ANOMALY.TIME, a.time());
        insert.addValue(ANOMALY.VALUE, a.value());
        insert.addValue(ANOMALY.EXPECTED, AnomalyRows.nullable(a.expected()));
        insert.addValue(ANOMALY.LOWER_BOUND, AnomalyRows.nullable(a.lower()));
        insert.addValue(ANOMALY.UPPER_BOUND, AnomalyRows.nullable(a.upper()));
        insert.addValue(ANOMALY.SCORE, a.score());
        insert.addValue(ANOMALY.SEVERITY, (short) a.severity().code());
        insert.addValue(ANOMALY.DETECTOR, a.detector());
        insert.addValue(ANOMALY.DETECTOR_VERSION, a.detectorVersion());
        insert.addValue(ANOMALY.ALIAS, a.alias());
        insert.addValue(ANOMALY.KIND, a.kind());
        insert.addValue(ANOMALY.REASON, a.reason());
        insert.addValue(ANOMALY.TUNING_REVISION, a.tuningRevision());
        insert.addValue(ANOMALY.FEED_EPOCH, a.feedPosition().epoch());
        insert.addValue(ANOMALY.FEED_POSITION, a.feedPosition().position());
        insert.addValue(ANOMALY.TRACEPARENT, a.traceparent());
        insert.addValue(ANOMALY.REPORTED_AT, reportedAt);
        insert.addValue(ANOMALY.STATUS, (short) AnomalyStatus.OPEN.code());
        insert.addValue(ANOMALY.ACTOR, "");
        insert.addValue(ANOMALY.ASSIGNEE, "");
        insert.addValue(ANOMALY.REVISION, 1);
        insert.addValue(ANOMALY.SUPPRESSION_WINDOW_ID, windows.covering(a));
      }
      insert.onDuplicateKeyIgnore(true);
      insert.setReturning(ANOMALY.ANOMALY_ID);
      insert.execute();
      insert.getReturnedRecords().forEach(row -> added.add(row.getAnomalyId()));
    }
    return added;
  }

  /**
   * Returns the newest; the row stays locked to the commit, so that position order is commit order.
   */
  private static long takePositions(DSLContext db, int count) {
    return db.update(ANOMALY_HEAD)
        .set(ANOMALY_HEAD.POSITION, ANOMALY_HEAD.POSITION.plus(count))
        .returningResult(ANOMALY_HEAD.POSITION)
        .fetchSingle()
        .value1();
  }

  @Override
  public Optional<LoggedAnomaly> find(UUID id) {
    return AnomalyRows.select(database.dsl(), ANOMALY.ANOMALY_ID.eq(id), 1).stream().findFirst();
  }

  @Override
  public List<AnomalyChange> history(UUID id, int limit) {
    var changes =
        new ArrayList<>(
            database
                .dsl()
                .selectFrom(ANOMALY_CHANGE)
                .where(ANOMALY_CHANGE.ANOMALY_ID.eq(id))
                .orderBy(ANOMALY_CHANGE.POSITION.desc())
                .limit(limit)
                .fetch(AnomalyRows::change));
    Collections.reverse(changes);
    return changes;
  }

  @Override
  public Page<LoggedAnomaly, AnomalyCursor> page(
      AnomalyFilter filter, TimeSpan span, Optional<AnomalyCursor> after, int size) {
    Condition condition = AnomalyRows.matching(filter);
    if (span.from().isPresent()) {
      condition = condition.and(ANOMALY.TIME.ge(span.from().get()));
    }
    if (span.to().isPresent()) {
      condition = condition.and(ANOMALY.TIME.lt(span.to().get()));
    }
    if (after.isPresent()) {
      AnomalyCursor cursor = after.get();
      condition =
          condition.and(
              ANOMALY
                  .TIME
                  .lt(cursor.time())
                  .or(ANOMALY.TIME.eq(cursor.time()).and(ANOMALY.ANOMALY_ID.gt(cursor.id()))));
    }
    return Page.of(
        AnomalyRows.select(database.dsl(), condition, size + 1),
        size,
        logged -> new AnomalyCursor(logged.anomaly().time(), logged.id()));
  }

  @Override
  public LoggedAnomaly acknowledge(
      UUID id, Optional<String> etag, String actor, String comment, Instant at) {
    return database.inTransaction(db -> {
      LoggedAnomaly before = locked(db, id);
      if (before.status() == AnomalyStatus.ACKNOWLEDGED && before.actor().equals(actor)) {
        return before;
      }
      requireCurrent(etag, before);
      if (before.status() == AnomalyStatus.FALSE_ALARM) {
        throw new FailedPrecondition(
            "ANOMALY_CLOSED",
            "id: anomaly %s was marked a false alarm by %s"
                .formatted(ContentId.toText(id), before.actor()));
      }
      var action = new AnomalyChange(0, id, AnomalyAction.ACKNOWLEDGED, actor, at, comment, "");
      return change(db, before, action, null, judged(AnomalyStatus.ACKNOWLEDGED, actor, at));
    });
  }

  @Override
  public LoggedAnomaly assign(
      UUID id, Optional<String> etag, String actor, String assignee, Instant at) {
    return database.inTransaction(db -> {
      LoggedAnomaly before = locked(db, id);
      if (before.assignee().equals(assignee)) {
        return before;
      }
      requireCurrent(etag, before);
      var action = new AnomalyChange(0, id, AnomalyAction.ASSIGNED, actor, at, "", assignee);
      return change(db, before, action, null, Map.of(ANOMALY.ASSIGNEE, assignee));
    });
  }

  @Override
  public LoggedAnomaly comment(UUID id, String actor, String comment, UUID requestId, Instant at) {
    return database.inTransaction(db -> {
      LoggedAnomaly before = locked(db, id);
      if (db.fetchExists(
          ANOMALY_CHANGE,
          ANOMALY_CHANGE.ANOMALY_ID.eq(id).and(ANOMALY_CHANGE.REQUEST_ID.eq(requestId)))) {
        return before;
      }
      var action = new AnomalyChange(0, id, AnomalyAction.COMMENTED, actor, at, comment, "");
      return change(db, before, action, requestId, Map.of());
    });
  }

  @Override
  public FalseAlarm markFalseAlarm(
      UUID id, Optional<String> etag, String actor, String comment, Instant at) {
    // Committed by itself before, as all numbers are.
    int version =
        find(id)
            .map(LoggedAnomaly::anomaly)
            .map(a -> numbers.ofVersion(new ModelVersion(a.detector(), a.detectorVersion())))
            .orElseThrow(() -> unknown(id));
    return database.inTransaction(db -> {
      LoggedAnomaly before = locked(db, id);
      if (before.status() == AnomalyStatus.FALSE_ALARM) {
        return new FalseAlarm(
            before,
            db.select(ANOMALY.FEEDBACK_REVISION)
                .from(ANOMALY)
                .where(ANOMALY.ANOMALY_ID.eq(id))
                .fetchSingle()
                .value1());
      }
      requireCurrent(etag, before);
      long series =
          db.select(ANOMALY.SERIES_ID)
              .from(ANOMALY)
              .where(ANOMALY.ANOMALY_ID.eq(id))
              .fetchSingle()
              .value1();
      long tuning =
          TuningRows.raise(
              db,
              series,
              version,
              before.anomaly().tuningRevision(),
              actor,
              traceId(before.anomaly().traceparent()),
              at);
      var action =
          new AnomalyChange(0, id, AnomalyAction.MARKED_FALSE_ALARM, actor, at, comment, "");
      var values = new HashMap<>(judged(AnomalyStatus.FALSE_ALARM, actor, at));
      values.put(ANOMALY.FEEDBACK_REVISION, tuning);
      return new FalseAlarm(change(db, before, action, null, values), tuning);
    });
  }

  private static String traceId(String traceparent) {
    var span = TraceParents.parse(traceparent);
    return span.isValid() ? span.getTraceId() : "";
  }

  /** The row stays locked to the commit. */
  private static LoggedAnomaly locked(DSLContext db, UUID id) {
    // Positions are taken last; this lock alone would let two writers of one anomaly pass each
    // other.
    db.select(ANOMALY.ANOMALY_ID)
        .from(ANOMALY)
        .where(ANOMALY.ANOMALY_ID.eq(id))
        .forUpdate()
        .execute();
    return AnomalyRows.select(db, ANOMALY.ANOMALY_ID.eq(id), 1).stream()
        .findFirst()
        .orElseThrow(() -> unknown(id));
  }

  private static void requireCurrent(Optional<String> etag, LoggedAnomaly before) {
    if (etag.isPresent() && !etag.get().equals(before.etag())) {
      throw new Aborted(
              "ETAG_STALE",
              "etag: anomaly %s is at %s, not %s; read it again, then decide"
                  .formatted(ContentId.toText(before.id()), before.etag(), etag.get()))
          .with("etag", before.etag());
    }
  }

  private static Map<Field<?>, Object> judged(AnomalyStatus status, String actor, Instant at) {
    return Map.of(
        ANOMALY.STATUS, (short) status.code(), ANOMALY.ACTOR, actor, ANOMALY.ACTED_AT, at);
  }

  /**
   * Writes the values and the action, whose position is given here, in the transaction.
   *
   * @return the anomaly as it is then
   */
  private static LoggedAnomaly change(
      DSLContext db,
      LoggedAnomaly before,
      AnomalyChange action,
      @Nullable UUID requestId,
      Map<? extends Field<?>, ?> values) {
    db.update(ANOMALY)
        .set(ANOMALY.REVISION, before.revision() + 1)
        .set(values)
        .where(ANOMALY.ANOMALY_ID.eq(before.id()))
        .execute();
    db.insertInto(ANOMALY_CHANGE)
        .set(ANOMALY_CHANGE.POSITION, takePositions(db, 1))
        .set(ANOMALY_CHANGE.ANOMALY_ID, before.id())
        .set(ANOMALY_CHANGE.ACTION, (short) action.action().code())
        .set(ANOMALY_CHANGE.ACTOR, action.actor())
        .set(ANOMALY_CHANGE.CHANGED_AT, action.time())
        .set(ANOMALY_CHANGE.COMMENT, action.comment())
        .set(ANOMALY_CHANGE.ASSIGNEE, action.assignee())
        .set(ANOMALY_CHANGE.REQUEST_ID, requestId)
        .execute();
    return AnomalyRows.select(db, ANOMALY.ANOMALY_ID.eq(before.id()), 1).getFirst();
  }

  private static NotFound unknown(UUID id) {
    return new NotFound("ANOMALY_UNKNOWN", "id: no anomaly has the id " + ContentId.toText(id));
  }

  @Override
  public Head head() {
    return database
        .dsl()
        .select(ANOMALY_HEAD.EPOCH, ANOMALY_HEAD.POSITION)
        .from(ANOMALY_HEAD)
        .fetchSingle(row -> new Head(row.value1(), row.value2()));
  }

  @Override
  public List<ChangedAnomaly> changesAfter(long position, int limit) {
    return database
        .dsl()
        .select(ANOMALY_CHANGE.fields())
        .select(ANOMALY.fields())
        .select(SERIES.NAME)
        .from(ANOMALY_CHANGE)
        .join(ANOMALY)
        .on(ANOMALY.ANOMALY_ID.eq(ANOMALY_CHANGE.ANOMALY_ID))
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(ANOMALY.SERIES_ID))
        .where(ANOMALY_CHANGE.POSITION.gt(position))
        .orderBy(ANOMALY_CHANGE.POSITION)
        .limit(limit)
        .fetch(row -> new ChangedAnomaly(AnomalyRows.change(row), AnomalyRows.logged(row)));
  }
}
