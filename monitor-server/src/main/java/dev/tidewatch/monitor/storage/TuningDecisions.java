package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.storage.jooq.tables.records.TuningRecord;
import dev.tidewatch.monitor.tuning.TuningCause;
import dev.tidewatch.monitor.tuning.TuningCause.Kind;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jooq.DSLContext;

/**
 * What the decision log tells of tunings, written in the transaction of the change: each false
 * alarm that raised a threshold, the end of that, what people set, and of a version's intervals on
 * a series the first move of each day of domain time.
 */
final class TuningDecisions {
  private TuningDecisions() {}

  /**
   * @param revision of the change
   */
  static void record(
      DSLContext db, TuningRecord row, long revision, TuningCause cause, Instant at) {
    if (cause.kind() == Kind.WEARING_OFF) {
      return;
    }
    String series =
        db.select(SERIES.NAME)
            .from(SERIES)
            .where(SERIES.SERIES_ID.eq(row.getSeriesId()))
            .fetchSingle()
            .value1();
    var version =
        db.select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
            .from(MODEL_VERSION)
            .where(MODEL_VERSION.MODEL_VERSION_ID.eq(row.getModelVersionId()))
            .fetchSingle();
    UUID id =
        cause.kind() == Kind.COVERAGE
            ? ContentId.of(
                "tuning",
                series,
                version.value1(),
                version.value2(),
                at.atZone(ZoneOffset.UTC).toLocalDate().toString())
            : ContentId.of("tuning", Long.toString(revision));
    PostgresDecisionStore.insert(
        db,
        Decision.of(
                id,
                DecisionKind.TUNED,
                version.value1(),
                at,
                "version %s on %s: %s".formatted(version.value2(), series, cause.reason()))
            .by(cause.actor())
            .restingOn(cause.figures())
            .comingFrom("", "", "", cause.traceId()));
  }
}
