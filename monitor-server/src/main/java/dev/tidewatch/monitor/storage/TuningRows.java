package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;
import static dev.tidewatch.monitor.storage.jooq.Tables.TUNING;
import static dev.tidewatch.monitor.storage.jooq.Tables.TUNING_CHANGE;
import static dev.tidewatch.monitor.storage.jooq.Tables.TUNING_HEAD;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.storage.jooq.tables.records.TuningRecord;
import dev.tidewatch.monitor.tuning.ThresholdFeedback;
import dev.tidewatch.monitor.tuning.Tuning;
import dev.tidewatch.monitor.tuning.TuningCause;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.TableField;

/**
 * Changes of tunings within a transaction. Each begins by locking the head, so that changes happen
 * one after the other and what is read stays true to the commit.
 */
final class TuningRows {
  private static final int AS_TRAINED = 1;

  private TuningRows() {}

  /** The newest revision; locked to the commit. */
  static long lockHead(DSLContext db) {
    return db.select(TUNING_HEAD.REVISION).from(TUNING_HEAD).forUpdate().fetchSingle().value1();
  }

  static Optional<TuningRecord> find(DSLContext db, long series, int version) {
    return db.selectFrom(TUNING)
        .where(TUNING.SERIES_ID.eq(series))
        .and(TUNING.MODEL_VERSION_ID.eq(version))
        .fetchOptional();
  }

  /**
   * What a false alarm does to the threshold, by {@link ThresholdFeedback}.
   *
   * @param foundRevision revision under which the anomaly was found
   * @param actor who says so
   * @param traceId of the detection; empty: none
   * @return the revision of the change; 0: none was needed
   */
  static long raise(
      DSLContext db,
      long series,
      int version,
      long foundRevision,
      String actor,
      String traceId,
      Instant at) {
    long head = lockHead(db);
    TuningRecord row = find(db, series, version).orElseGet(() -> untuned(series, version));
    double before = row.getThresholdFactor();
    OptionalDouble raised =
        ThresholdFeedback.raised(before, row.getRaisedRevision(), foundRevision);
    if (raised.isEmpty()) {
      return 0;
    }
    row.setThresholdFactor(raised.getAsDouble());
    row.setRaisedTo(raised.getAsDouble());
    row.setRaisedAt(at);
    row.setRaisedRevision(head + 1);
    return write(
        db, head, row, TuningCause.falseAlarm(raised.getAsDouble(), before, actor, traceId), at);
  }

  /** A row that is not there yet. */
  static TuningRecord untuned(long series, int version) {
    var row = new TuningRecord();
    row.setSeriesId(series);
    row.setModelVersionId(version);
    row.setThresholdFactor((double) AS_TRAINED);
    row.setConformalOffsets(new Double[0]);
    row.setRaisedRevision(0L);
    return row;
  }

  /** Writes the row under the revision behind the head, the change and its decision with it. */
  static long write(DSLContext db, long head, TuningRecord row, TuningCause cause, Instant at) {
    long revision = head + 1;
    moveHead(db, revision);
    row.setRevision(revision);
    row.setChangedAt(at);
    row.setReason(cause.reason());
    row.touched(true); // an insert takes what was touched only
    db.insertInto(TUNING).set(row).onDuplicateKeyUpdate().set(row).execute();
    db.insertInto(TUNING_CHANGE)
        .set(TUNING_CHANGE.REVISION, revision)
        .set(TUNING_CHANGE.SERIES_ID, row.getSeriesId())
        .set(TUNING_CHANGE.MODEL_VERSION_ID, row.getModelVersionId())
        .set(TUNING_CHANGE.RESET, false)
        .set(TUNING_CHANGE.THRESHOLD_FACTOR, row.getThresholdFactor())
        .set(TUNING_CHANGE.CONFORMAL_OFFSETS, row.getConformalOffsets())
        .set(TUNING_CHANGE.CHANGED_AT, at)
        .set(TUNING_CHANGE.REASON, cause.reason())
        .execute();
    TuningDecisions.record(db, row, revision, cause, at);
    return revision;
  }

  /** Takes the row away under the revision behind the head. */
  static long delete(DSLContext db, long head, TuningRecord row, TuningCause cause, Instant at) {
    long revision = head + 1;
    moveHead(db, revision);
    db.deleteFrom(TUNING)
        .where(TUNING.SERIES_ID.eq(row.getSeriesId()))
        .and(TUNING.MODEL_VERSION_ID.eq(row.getModelVersionId()))
        .execute();
    db.insertInto(TUNING_CHANGE)
        .set(TUNING_CHANGE.REVISION, revision)
        .set(TUNING_CHANGE.SERIES_ID, row.getSeriesId())
        .set(TUNING_CHANGE.MODEL_VERSION_ID, row.getModelVersionId())
        .set(TUNING_CHANGE.RESET, true)
        .set(TUNING_CHANGE.THRESHOLD_FACTOR, (double) AS_TRAINED)
        .set(TUNING_CHANGE.CONFORMAL_OFFSETS, new Double[0])
        .set(TUNING_CHANGE.CHANGED_AT, at)
        .set(TUNING_CHANGE.REASON, cause.reason())
        .execute();
    TuningDecisions.record(db, row, revision, cause, at);
    return revision;
  }

  private static void moveHead(DSLContext db, long revision) {
    db.update(TUNING_HEAD).set(TUNING_HEAD.REVISION, revision).execute();
  }

  /** Of a row that holds the columns of {@code tuning} and the names. */
  static Tuning tuning(Record row) {
    return new Tuning(
        key(row),
        row.get(TUNING.REVISION),
        row.get(TUNING.THRESHOLD_FACTOR),
        offsets(row, TUNING.CONFORMAL_OFFSETS),
        row.get(TUNING.CHANGED_AT),
        row.get(TUNING.REASON));
  }

  static TuningKey key(Record row) {
    return new TuningKey(
        new SeriesName(row.get(SERIES.NAME)),
        new ModelVersion(row.get(MODEL_VERSION.MODEL), row.get(MODEL_VERSION.VERSION)));
  }

  static List<Double> offsets(Record row, TableField<?, Double[]> field) {
    return Arrays.asList(row.get(field));
  }
}
