package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.DRIFT_NEWEST;
import static dev.tidewatch.monitor.storage.jooq.Tables.DRIFT_VERDICT;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.drift.DriftKind;
import dev.tidewatch.monitor.drift.DriftLevel;
import dev.tidewatch.monitor.drift.DriftVerdict;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.OptionalDouble;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Rows of verdicts: the newest of each kind, and their history. */
final class DriftVerdicts {
  private static final Duration LOG_INTERVAL = Duration.ofDays(1);

  private DriftVerdicts() {}

  /** Keeps a verdict unless a newer one is there. The caller saw to the month's partition. */
  static void write(DSLContext db, int version, long series, DriftVerdict verdict) {
    Instant time = micros(verdict.time());
    var known =
        db.select(DRIFT_NEWEST.LEVEL, DRIFT_NEWEST.TIME, DRIFT_NEWEST.LOGGED_AT)
            .from(DRIFT_NEWEST)
            .where(DRIFT_NEWEST.MODEL_VERSION_ID.eq(version))
            .and(DRIFT_NEWEST.SERIES_ID.eq(series))
            .and(DRIFT_NEWEST.INPUT.eq(verdict.input()))
            .and(DRIFT_NEWEST.KIND.eq((short) verdict.kind().code()))
            .forUpdate()
            .fetchOne();
    if (known != null && !known.value2().isBefore(time)) {
      return;
    }
    boolean isLogged =
        known == null
            || known.value1() != verdict.level().code()
            || !known.value3().plus(LOG_INTERVAL).isAfter(time);
    var newest = db.newRecord(DRIFT_NEWEST);
    fill(newest, version, series, verdict);
    newest.setLoggedAt(isLogged || known == null ? time : known.value3());
    db.insertInto(DRIFT_NEWEST)
        .set(newest)
        .onConflict(
            DRIFT_NEWEST.MODEL_VERSION_ID,
            DRIFT_NEWEST.SERIES_ID,
            DRIFT_NEWEST.INPUT,
            DRIFT_NEWEST.KIND)
        .doUpdate()
        .set(newest)
        .execute();
    if (isLogged) {
      var logged = db.newRecord(DRIFT_VERDICT);
      fill(logged, version, series, verdict);
      db.insertInto(DRIFT_VERDICT).set(logged).onConflictDoNothing().execute();
    }
  }

  /** Both tables name their columns alike. */
  private static void fill(Record row, int version, long series, DriftVerdict verdict) {
    var names = new LinkedHashMap<String, @Nullable Object>();
    names.put("model_version_id", version);
    names.put("series_id", series);
    names.put("input", verdict.input());
    names.put("kind", (short) verdict.kind().code());
    names.put("level", (short) verdict.level().code());
    names.put("window_from", micros(verdict.windowFrom()));
    names.put("window_to", micros(verdict.windowTo()));
    names.put("samples", verdict.samples());
    names.put("psi", nullable(verdict.psi()));
    names.put("kolmogorov", nullable(verdict.kolmogorovSmirnov()));
    names.put("wasserstein", nullable(verdict.wasserstein()));
    names.put("jensen_shannon", nullable(verdict.jensenShannon()));
    names.put("reason", verdict.reason());
    names.put("time", micros(verdict.time()));
    row.fromMap(names);
  }

  static Instant micros(Instant time) {
    return Times.toInstant(Times.floorToMicros(time));
  }

  private static @Nullable Double nullable(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  /** A row of the newest, with the names of its version and series. */
  static DriftVerdict newest(Record row) {
    return new DriftVerdict(
        new ModelVersion(row.get(MODEL_VERSION.MODEL), row.get(MODEL_VERSION.VERSION)),
        row.get(SERIES.NAME),
        row.get(DRIFT_NEWEST.INPUT),
        DriftKind.ofCode(row.get(DRIFT_NEWEST.KIND)),
        DriftLevel.ofCode(row.get(DRIFT_NEWEST.LEVEL)),
        row.get(DRIFT_NEWEST.WINDOW_FROM),
        row.get(DRIFT_NEWEST.WINDOW_TO),
        row.get(DRIFT_NEWEST.SAMPLES),
        optional(row.get(DRIFT_NEWEST.PSI)),
        optional(row.get(DRIFT_NEWEST.KOLMOGOROV)),
        optional(row.get(DRIFT_NEWEST.WASSERSTEIN)),
        optional(row.get(DRIFT_NEWEST.JENSEN_SHANNON)),
        row.get(DRIFT_NEWEST.REASON),
        row.get(DRIFT_NEWEST.TIME));
  }

  /** A row of the history, with the names of its version and series. */
  static DriftVerdict logged(Record row) {
    return new DriftVerdict(
        new ModelVersion(row.get(MODEL_VERSION.MODEL), row.get(MODEL_VERSION.VERSION)),
        row.get(SERIES.NAME),
        row.get(DRIFT_VERDICT.INPUT),
        DriftKind.ofCode(row.get(DRIFT_VERDICT.KIND)),
        DriftLevel.ofCode(row.get(DRIFT_VERDICT.LEVEL)),
        row.get(DRIFT_VERDICT.WINDOW_FROM),
        row.get(DRIFT_VERDICT.WINDOW_TO),
        row.get(DRIFT_VERDICT.SAMPLES),
        optional(row.get(DRIFT_VERDICT.PSI)),
        optional(row.get(DRIFT_VERDICT.KOLMOGOROV)),
        optional(row.get(DRIFT_VERDICT.WASSERSTEIN)),
        optional(row.get(DRIFT_VERDICT.JENSEN_SHANNON)),
        row.get(DRIFT_VERDICT.REASON),
        row.get(DRIFT_VERDICT.TIME));
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
