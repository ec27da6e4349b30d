package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY_CHANGE;
import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY_HEAD;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.AnomalyAction;
import dev.tidewatch.monitor.anomaly.AnomalyChange;
import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.LoggedAnomaly;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
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
      Set<UUID> added = insert(db, batch, series, reportedAt);
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
      DSLContext db, Map<UUID, Anomaly> batch, Map<String, Long> series, Instant reportedAt) {
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
        insert.addValue(ANOMALY.EXPECTED, nullable(a.expected()));
        insert.addValue(ANOMALY.LOWER_BOUND, nullable(a.lower()));
        insert.addValue(ANOMALY.UPPER_BOUND, nullable(a.upper()));
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
    return anomalies(database.dsl(), ANOMALY.ANOMALY_ID.eq(id), 1).stream().findFirst();
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
                .fetch(PostgresAnomalyStore::change));
    Collections.reverse(changes);
    return changes;
  }

  @Override
  public Page<LoggedAnomaly, AnomalyCursor> page(
      AnomalyFilter filter, TimeSpan span, Optional<AnomalyCursor> after, int size) {
    Condition condition = matching(filter);
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
        anomalies(database.dsl(), condition, size + 1),
        size,
        logged -> new AnomalyCursor(logged.anomaly().time(), logged.id()));
  }

  @Override
  public LoggedAnomaly acknowledge(
      UUID id, Optional<String> etag, String actor, String comment, Instant at) {
    return database.inTransaction(db -> {
      // Positions are taken last; this lock alone would let two writers of one anomaly pass each
      // other.
      db.select(ANOMALY.ANOMALY_ID)
          .from(ANOMALY)
          .where(ANOMALY.ANOMALY_ID.eq(id))
          .forUpdate()
          .execute();
      LoggedAnomaly before =
          anomalies(db, ANOMALY.ANOMALY_ID.eq(id), 1).stream()
              .findFirst()
              .orElseThrow(() -> unknown(id));
      if (before.status() == AnomalyStatus.ACKNOWLEDGED && before.actor().equals(actor)) {
        return before;
      }
      if (etag.isPresent() && !etag.get().equals(before.etag())) {
        throw new Aborted(
                "ETAG_STALE",
                "etag: anomaly %s is at %s, not %s; read it again, then decide"
                    .formatted(ContentId.toText(id), before.etag(), etag.get()))
            .with("etag", before.etag());
      }
      if (before.status() == AnomalyStatus.FALSE_ALARM) {
        throw new FailedPrecondition(
            "ANOMALY_CLOSED",
            "id: anomaly %s was marked a false alarm by %s"
                .formatted(ContentId.toText(id), before.actor()));
      }
      db.update(ANOMALY)
          .set(ANOMALY.STATUS, (short) AnomalyStatus.ACKNOWLEDGED.code())
          .set(ANOMALY.ACTOR, actor)
          .set(ANOMALY.ACTED_AT, at)
          .set(ANOMALY.REVISION, before.revision() + 1)
          .where(ANOMALY.ANOMALY_ID.eq(id))
          .execute();
      db.insertInto(ANOMALY_CHANGE)
          .set(ANOMALY_CHANGE.POSITION, takePositions(db, 1))
          .set(ANOMALY_CHANGE.ANOMALY_ID, id)
          .set(ANOMALY_CHANGE.ACTION, (short) AnomalyAction.ACKNOWLEDGED.code())
          .set(ANOMALY_CHANGE.ACTOR, actor)
          .set(ANOMALY_CHANGE.CHANGED_AT, at)
          .set(ANOMALY_CHANGE.COMMENT, comment)
          .set(ANOMALY_CHANGE.ASSIGNEE, "")
          .execute();
      return new LoggedAnomaly(
          id,
          before.anomaly(),
          before.reportedAt(),
          AnomalyStatus.ACKNOWLEDGED,
          actor,
          Optional.of(at),
          before.assignee(),
          before.revision() + 1);
    });
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
        .fetch(row -> new ChangedAnomaly(change(row), logged(row)));
  }

  private static List<LoggedAnomaly> anomalies(DSLContext db, Condition condition, int limit) {
    return db.select(ANOMALY.fields())
        .select(SERIES.NAME)
        .from(ANOMALY)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(ANOMALY.SERIES_ID))
        .where(condition)
        .orderBy(ANOMALY.TIME.desc(), ANOMALY.ANOMALY_ID)
        .limit(limit)
        .fetch(PostgresAnomalyStore::logged);
  }

  private static Condition matching(AnomalyFilter filter) {
    Condition condition = DSL.noCondition();
    if (filter.series().isPresent()) {
      condition = condition.and(SERIES.NAME.eq(filter.series().get()));
    }
    if (filter.seriesPrefix().isPresent()) {
      condition = condition.and(SERIES.NAME.startsWith(filter.seriesPrefix().get()));
    }
    if (filter.severityMin().isPresent()) {
      condition = condition.and(ANOMALY.SEVERITY.ge((short) filter.severityMin().get().code()));
    }
    if (!filter.statuses().isEmpty()) {
      condition =
          condition.and(
              ANOMALY.STATUS.in(filter.statuses().stream().map(s -> (short) s.code()).toList()));
    }
    if (filter.detector().isPresent()) {
      condition = condition.and(ANOMALY.DETECTOR.eq(filter.detector().get()));
    }
    if (filter.detectorVersion().isPresent()) {
      condition = condition.and(ANOMALY.DETECTOR_VERSION.eq(filter.detectorVersion().get()));
    }
    if (filter.assignee().isPresent()) {
      condition = condition.and(ANOMALY.ASSIGNEE.eq(filter.assignee().get()));
    }
    return condition;
  }

  private static LoggedAnomaly logged(Record row) {
    return new LoggedAnomaly(
        row.get(ANOMALY.ANOMALY_ID),
        new Anomaly(
            new SeriesName(row.get(SERIES.NAME)),
            row.get(ANOMALY.TIME),
            row.get(ANOMALY.VALUE),
            optional(row.get(ANOMALY.EXPECTED)),
            optional(row.get(ANOMALY.LOWER_BOUND)),
            optional(row.get(ANOMALY.UPPER_BOUND)),
            row.get(ANOMALY.SCORE),
            Severity.ofCode(row.get(ANOMALY.SEVERITY)),
            row.get(ANOMALY.DETECTOR),
            row.get(ANOMALY.DETECTOR_VERSION),
            row.get(ANOMALY.ALIAS),
            row.get(ANOMALY.KIND),
            row.get(ANOMALY.REASON),
            row.get(ANOMALY.TUNING_REVISION),
            new FeedPosition(row.get(ANOMALY.FEED_EPOCH), row.get(ANOMALY.FEED_POSITION)),
            row.get(ANOMALY.TRACEPARENT)),
        row.get(ANOMALY.REPORTED_AT),
        AnomalyStatus.ofCode(row.get(ANOMALY.STATUS)),
        row.get(ANOMALY.ACTOR),
        Optional.ofNullable(row.get(ANOMALY.ACTED_AT)),
        row.get(ANOMALY.ASSIGNEE),
        row.get(ANOMALY.REVISION));
  }

  private static AnomalyChange change(Record row) {
    return new AnomalyChange(
        row.get(ANOMALY_CHANGE.POSITION),
        row.get(ANOMALY_CHANGE.ANOMALY_ID),
        AnomalyAction.ofCode(row.get(ANOMALY_CHANGE.ACTION)),
        row.get(ANOMALY_CHANGE.ACTOR),
        row.get(ANOMALY_CHANGE.CHANGED_AT),
        row.get(ANOMALY_CHANGE.COMMENT),
        row.get(ANOMALY_CHANGE.ASSIGNEE));
  }

  private static @Nullable Double nullable(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
