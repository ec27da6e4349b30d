package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;
import static dev.tidewatch.monitor.storage.jooq.Tables.TUNING;
import static dev.tidewatch.monitor.storage.jooq.Tables.TUNING_CHANGE;
import static dev.tidewatch.monitor.storage.jooq.Tables.TUNING_HEAD;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.storage.jooq.tables.records.TuningRecord;
import dev.tidewatch.monitor.tuning.ThresholdFeedback;
import dev.tidewatch.monitor.tuning.Tuning;
import dev.tidewatch.monitor.tuning.TuningCause;
import dev.tidewatch.monitor.tuning.TuningChange;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.monitor.tuning.TuningStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;

/** Tunings on PostgreSQL. */
public final class PostgresTuningStore implements TuningStore {
  private static final int ROWS_AT_ONCE = 500;

  private final Database database;
  private final Numbers numbers;

  public PostgresTuningStore(Database database, int shardCount) {
    this.database = database;
    this.numbers = new Numbers(database.dsl(), shardCount);
  }

  @Override
  public long revision() {
    return database.dsl().select(TUNING_HEAD.REVISION).from(TUNING_HEAD).fetchSingle().value1();
  }

  @Override
  public Optional<Tuning> find(TuningKey key) {
    return tunings(
            database.dsl(),
            SERIES
                .NAME
                .eq(key.series().value())
                .and(MODEL_VERSION.MODEL.eq(key.version().model()))
                .and(MODEL_VERSION.VERSION.eq(key.version().version())))
        .fetchOptional(TuningRows::tuning);
  }

  @Override
  public Page<Tuning, TuningKey> page(
      Optional<String> series, Optional<String> model, Optional<TuningKey> after, int size) {
    Condition condition = DSL.noCondition();
    if (series.isPresent()) {
      condition = condition.and(SERIES.NAME.eq(series.get()));
    }
    if (model.isPresent()) {
      condition = condition.and(MODEL_VERSION.MODEL.eq(model.get()));
    }
    if (after.isPresent()) {
      TuningKey last = after.get();
      condition =
          condition.and(
              DSL.row(SERIES.NAME, MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
                  .gt(last.series().value(), last.version().model(), last.version().version()));
    }
    return Page.of(
        tunings(database.dsl(), condition)
            .orderBy(SERIES.NAME, MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
            .limit(size + 1)
            .fetch(TuningRows::tuning),
        size,
        Tuning::key);
  }

  private static SelectConditionStep<Record> tunings(DSLContext db, Condition condition) {
    return db.select(TUNING.fields())
        .select(SERIES.NAME, MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
        .from(TUNING)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(TUNING.SERIES_ID))
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL_VERSION_ID.eq(TUNING.MODEL_VERSION_ID))
        .where(condition);
  }

  @Override
  public Tuning set(
      TuningKey key,
      Optional<String> etag,
      double thresholdFactor,
      List<Double> conformalOffsets,
      TuningCause cause,
      Instant at) {
    String reason = cause.reason();
    // Refuses what is out of bounds before anything is written.
    var wanted = new Tuning(key, 0, thresholdFactor, conformalOffsets, at, reason);
    long series = seriesNumber(key);
    int version = numbers.ofVersion(key.version());
    return database.inTransaction(db -> {
      long head = TuningRows.lockHead(db);
      Optional<TuningRecord> before = TuningRows.find(db, series, version);
      requireCurrent(etag, before);
      TuningRecord row = before.orElseGet(() -> TuningRows.untuned(series, version));
      row.setThresholdFactor(thresholdFactor);
      row.setConformalOffsets(wanted.conformalOffsets().toArray(Double[]::new));
      row.setRaisedTo(null);
      row.setRaisedAt(null);
      row.setRaisedRevision(head + 1);
      long revision = TuningRows.write(db, head, row, cause, at);
      return new Tuning(key, revision, thresholdFactor, conformalOffsets, at, reason);
    });
  }

  @Override
  public Optional<Tuning> setOffsets(
      TuningKey key,
      long expectedRevision,
      List<Double> conformalOffsets,
      TuningCause cause,
      Instant at) {
    long series = seriesNumber(key);
    int version = numbers.ofVersion(key.version());
    return database.inTransaction(db -> {
      long head = TuningRows.lockHead(db);
      TuningRecord row =
          TuningRows.find(db, series, version).orElseGet(() -> TuningRows.untuned(series, version));
      long found = row.getRevision() == null ? 0 : row.getRevision();
      if (found != expectedRevision) {
        return Optional.empty();
      }
      row.setConformalOffsets(conformalOffsets.toArray(Double[]::new));
      long revision = TuningRows.write(db, head, row, cause, at);
      return Optional.of(
          new Tuning(
              key, revision, row.getThresholdFactor(), conformalOffsets, at, cause.reason()));
    });
  }

  @Override
  public long reset(TuningKey key, Optional<String> etag, TuningCause cause, Instant at) {
    return database.inTransaction(db -> {
      long head = TuningRows.lockHead(db);
      TuningRecord row =
          tunings(
                  db,
                  SERIES
                      .NAME
                      .eq(key.series().value())
                      .and(MODEL_VERSION.MODEL.eq(key.version().model()))
                      .and(MODEL_VERSION.VERSION.eq(key.version().version())))
              .fetchOptional(found -> found.into(TUNING))
              .orElseThrow(() -> unknown(key));
      requireCurrent(etag, Optional.of(row));
      return TuningRows.delete(db, head, row, cause, at);
    });
  }

  private long seriesNumber(TuningKey key) {
    String name = key.series().value();
    Long number = numbers.ofSeries(Set.of(name)).get(name);
    if (number == null) {
      throw new IllegalStateException("no number for series " + name);
    }
    return number;
  }

  private static void requireCurrent(Optional<String> etag, Optional<TuningRecord> row) {
    String current = row.map(TuningRecord::getRevision).map(String::valueOf).orElse("");
    if (etag.isPresent() && !etag.get().equals(current)) {
      throw new Aborted(
              "ETAG_STALE",
              "etag: the tuning is at '%s', not '%s'; read it again, then decide"
                  .formatted(current, etag.get()))
          .with("etag", current);
    }
  }

  private static NotFound unknown(TuningKey key) {
    return new NotFound(
        "TUNING_UNKNOWN",
        "%s %s runs on %s as it was trained"
            .formatted(key.version().model(), key.version().version(), key.series().value()));
  }

  @Override
  public List<TuningChange> changesAfter(long revision, int limit) {
    return database
        .dsl()
        .select(TUNING_CHANGE.fields())
        .select(SERIES.NAME, MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
        .from(TUNING_CHANGE)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(TUNING_CHANGE.SERIES_ID))
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL_VERSION_ID.eq(TUNING_CHANGE.MODEL_VERSION_ID))
        .where(TUNING_CHANGE.REVISION.gt(revision))
        .orderBy(TUNING_CHANGE.REVISION)
        .limit(limit)
        .fetch(PostgresTuningStore::change);
  }

  private static TuningChange change(Record row) {
    TuningKey key = TuningRows.key(row);
    long revision = row.get(TUNING_CHANGE.REVISION);
    if (row.get(TUNING_CHANGE.RESET)) {
      return new TuningChange(revision, key, Optional.empty());
    }
    return new TuningChange(
        revision,
        key,
        Optional.of(
            new Tuning(
                key,
                revision,
                row.get(TUNING_CHANGE.THRESHOLD_FACTOR),
                TuningRows.offsets(row, TUNING_CHANGE.CONFORMAL_OFFSETS),
                row.get(TUNING_CHANGE.CHANGED_AT),
                row.get(TUNING_CHANGE.REASON))));
  }

  @Override
  public Map<Long, List<Double>> offsetsOf(Set<Long> revisions) {
    var offsets = new HashMap<Long, List<Double>>();
    database
        .dsl()
        .select(TUNING_CHANGE.REVISION, TUNING_CHANGE.CONFORMAL_OFFSETS)
        .from(TUNING_CHANGE)
        .where(TUNING_CHANGE.REVISION.in(revisions))
        .forEach(row ->
            offsets.put(row.value1(), TuningRows.offsets(row, TUNING_CHANGE.CONFORMAL_OFFSETS)));
    return offsets;
  }

  @Override
  public int relax(Instant now, int limit) {
    // Without the lock first: mostly there is nothing to do.
    if (database.inTransaction(db -> due(db, now, 1)).isEmpty()) {
      return 0;
    }
    return database.inTransaction(db -> {
      long head = TuningRows.lockHead(db);
      int relaxed = 0;
      for (TuningRecord row : due(db, now, limit)) {
        double before = row.getThresholdFactor();
        OptionalDouble aim = aim(row, now);
        if (aim.isEmpty()) {
          continue;
        }
        double after = aim.getAsDouble();
        row.setThresholdFactor(after);
        if (after == 1) {
          row.setRaisedTo(null);
          row.setRaisedAt(null);
        }
        TuningCause cause = TuningCause.wearsOff(after, before);
        head =
            after == 1 && row.getConformalOffsets().length == 0
                ? TuningRows.delete(db, head, row, cause, now)
                : TuningRows.write(db, head, row, cause, now);
        relaxed++;
      }
      return relaxed;
    });
  }

  /** In a transaction, since only there rows come a few at a time. */
  private static List<TuningRecord> due(DSLContext db, Instant now, int limit) {
    var due = new ArrayList<TuningRecord>();
    try (Cursor<TuningRecord> rows =
        db.selectFrom(TUNING)
            .where(TUNING.RAISED_AT.isNotNull())
            .orderBy(TUNING.CHANGED_AT)
            .fetchSize(ROWS_AT_ONCE)
            .fetchLazy()) {
      for (TuningRecord row : rows) {
        if (aim(row, now).isPresent()) {
          due.add(row);
          if (due.size() == limit) {
            break;
          }
        }
      }
    }
    return due;
  }

  private static OptionalDouble aim(TuningRecord row, Instant now) {
    Double raisedTo = row.getRaisedTo();
    Instant raisedAt = row.getRaisedAt();
    return raisedTo == null || raisedAt == null
        ? OptionalDouble.empty()
        : ThresholdFeedback.relaxed(row.getThresholdFactor(), raisedTo, raisedAt, now);
  }
}
