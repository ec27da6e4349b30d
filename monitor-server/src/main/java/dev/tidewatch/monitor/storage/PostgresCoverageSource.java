package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ACTUAL;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION_STEP;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.tuning.CoverageSource;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.serverkit.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jooq.Record;
import org.jooq.impl.DSL;

/**
 * Truths of issued intervals, straight from the big tables: by series and newest predictions, which
 * the index gives, so that a look costs the same however large they are.
 */
public final class PostgresCoverageSource implements CoverageSource {
  /** Newest predictions of a series in which its versions are looked for. */
  private static final int NEWEST_PER_SERIES = 200;

  private final Database database;

  public PostgresCoverageSource(Database database) {
    this.database = database;
  }

  @Override
  public Look look(Instant since, OptionalLong behindSeries, int seriesMax) {
    List<Long> some =
        database
            .dsl()
            .select(SERIES.SERIES_ID)
            .from(SERIES)
            .where(SERIES.SERIES_ID.gt(behindSeries.orElse(0)))
            .orderBy(SERIES.SERIES_ID)
            .limit(seriesMax)
            .fetch(SERIES.SERIES_ID);
    if (some.isEmpty()) {
      return new Look(List.of(), OptionalLong.empty());
    }
    var newest =
        DSL.lateral(
            DSL.select(PREDICTION.MODEL_VERSION_ID)
                .from(PREDICTION)
                .where(PREDICTION.SERIES_ID.eq(SERIES.SERIES_ID))
                .and(PREDICTION.ORIGIN.ge(since))
                .orderBy(PREDICTION.ORIGIN.desc())
                .limit(NEWEST_PER_SERIES)
                .asTable("newest"));
    List<TuningKey> keys =
        database
            .dsl()
            .selectDistinct(SERIES.NAME, MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
            .from(SERIES)
            .crossJoin(newest)
            .join(MODEL_VERSION)
            .on(
                MODEL_VERSION.MODEL_VERSION_ID.eq(
                    DSL.field(DSL.name("newest", "model_version_id"), Integer.class)))
            .where(SERIES.SERIES_ID.in(some))
            .fetch(TuningRows::key);
    return new Look(keys, OptionalLong.of(some.getLast()));
  }

  @Override
  public List<IssuedInterval> intervals(
      TuningKey key, Instant since, double level, int predictionsMax) {
    var newest =
        DSL.select(
                PREDICTION.PREDICTION_ID,
                PREDICTION.ORIGIN,
                PREDICTION.TUNING_REVISION,
                PREDICTION.INTERVAL_LEVELS,
                PREDICTION.INTERVAL_LOWERS,
                PREDICTION.INTERVAL_UPPERS)
            .from(PREDICTION)
            .where(
                PREDICTION.SERIES_ID.eq(
                    DSL.select(SERIES.SERIES_ID)
                        .from(SERIES)
                        .where(SERIES.NAME.eq(key.series().value()))))
            .and(
                PREDICTION.MODEL_VERSION_ID.eq(
                    DSL.select(MODEL_VERSION.MODEL_VERSION_ID)
                        .from(MODEL_VERSION)
                        .where(MODEL_VERSION.MODEL.eq(key.version().model()))
                        .and(MODEL_VERSION.VERSION.eq(key.version().version()))))
            .and(PREDICTION.ORIGIN.ge(since))
            .and(PREDICTION.FALLBACK.isFalse())
            .and(DSL.cardinality(PREDICTION.INTERVAL_LEVELS).gt(0))
            .orderBy(PREDICTION.ORIGIN.desc())
            .limit(predictionsMax)
            .asTable("newest");
    return database
        .dsl()
        .select(newest.fields())
        .select(PREDICTION_STEP.STEP, PREDICTION_STEP.QUANTILES, ACTUAL.VALUE)
        .from(newest)
        .join(PREDICTION_STEP)
        .on(PREDICTION_STEP.PREDICTION_ID.eq(newest.field(PREDICTION.PREDICTION_ID)))
        .and(PREDICTION_STEP.TARGET_TIME.ge(since))
        .join(ACTUAL)
        .on(ACTUAL.SERIES_ID.eq(PREDICTION_STEP.SERIES_ID))
        .and(ACTUAL.GRID_ID.eq(PREDICTION_STEP.GRID_ID))
        .and(ACTUAL.INTERVAL_START.eq(PREDICTION_STEP.TARGET_TIME))
        .and(ACTUAL.INTERVAL_START.ge(since))
        .where(ACTUAL.VALUE.isNotNull())
        .fetch(row -> interval(row, level))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<IssuedInterval> interval(Record row, double level) {
    Double[] levels = row.get(PREDICTION.INTERVAL_LEVELS);
    int nearest = 0;
    for (int i = 1; i < levels.length; i++) {
      if (Math.abs(levels[i] - level) < Math.abs(levels[nearest] - level)) {
        nearest = i;
      }
    }
    Double[] quantiles = row.get(PREDICTION_STEP.QUANTILES);
    int lower = row.get(PREDICTION.INTERVAL_LOWERS)[nearest] - 1;
    int upper = row.get(PREDICTION.INTERVAL_UPPERS)[nearest] - 1;
    if (lower >= quantiles.length || upper >= quantiles.length) {
      return Optional.empty();
    }
    return Optional.of(
        new IssuedInterval(
            row.get(PREDICTION.TUNING_REVISION),
            row.get(PREDICTION.ORIGIN),
            row.get(PREDICTION_STEP.STEP) - 1,
            levels[nearest],
            quantiles[lower],
            quantiles[upper],
            row.get(ACTUAL.VALUE)));
  }
}
