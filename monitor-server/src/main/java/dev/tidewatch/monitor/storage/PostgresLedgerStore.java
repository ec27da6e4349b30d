package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ACTUAL;
import static dev.tidewatch.monitor.storage.jooq.Tables.CHECKPOINT;
import static dev.tidewatch.monitor.storage.jooq.Tables.GRID;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION_STEP;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.ledger.ActualState;
import dev.tidewatch.monitor.ledger.LedgerCounts;
import dev.tidewatch.monitor.ledger.LedgerStore;
import dev.tidewatch.monitor.ledger.Outcome;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionCause;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The ledger's predictions on PostgreSQL. */
public final class PostgresLedgerStore implements LedgerStore {
  /** Of days that are rolled up by their sums; of all others one by one. */
  private static final String COUNT_STEPS =
      """
      SELECT coalesce(sum(pending), 0)::bigint, coalesce(sum(known), 0)::bigint, coalesce(sum(missing), 0)::bigint
      FROM (
        SELECT steps_pending AS pending, steps_known AS known, steps_missing AS missing
        FROM monitor.accuracy_day WHERE state = 3
        UNION ALL
        SELECT (a.state = 'PENDING')::int, (a.state = 'KNOWN')::int, (a.state = 'MISSING')::int
        FROM monitor.accuracy_day d
        CROSS JOIN LATERAL (SELECT t.series_id, t.grid_id, t.target_time FROM monitor.prediction_step t
          WHERE t.series_id = d.series_id AND t.grid_id = d.grid_id
            AND t.target_time >= d.day AND t.target_time < d.day + interval '24 hours' OFFSET 0) s
        JOIN monitor.actual a ON a.series_id = s.series_id AND a.grid_id = s.grid_id
          AND a.interval_start = s.target_time
        WHERE d.state <> 3) AS steps
      """;

  private final Database database;
  private final PredictionWriter writer;

  public PostgresLedgerStore(Database database, int shardCount) {
    this.database = database;
    this.writer =
        new PredictionWriter(
            database,
            new Numbers(database.dsl(), shardCount),
            new MonthlyPartitions(database.dsl()),
            shardCount);
  }

  @Override
  public int record(List<Prediction> predictions, Instant recordedAt) {
    return writer.write(predictions, recordedAt);
  }

  @Override
  public Optional<Prediction> find(UUID id) {
    return predictions(PREDICTION.PREDICTION_ID.eq(id), 1).stream().findFirst();
  }

  @Override
  public Page<Prediction, PredictionCursor> page(
      PredictionFilter filter, TimeSpan origins, Optional<PredictionCursor> after, int size) {
    Condition condition = matching(filter);
    if (origins.from().isPresent()) {
      condition = condition.and(PREDICTION.ORIGIN.ge(origins.from().get()));
    }
    if (origins.to().isPresent()) {
      condition = condition.and(PREDICTION.ORIGIN.lt(origins.to().get()));
    }
    if (after.isPresent()) {
      condition =
          condition.and(
              PREDICTION
                  .ORIGIN
                  .lt(after.get().origin())
                  .or(
                      PREDICTION
                          .ORIGIN
                          .eq(after.get().origin())
                          .and(PREDICTION.PREDICTION_ID.gt(after.get().id()))));
    }
    return Page.of(
        predictions(condition, size + 1),
        size,
        p -> new PredictionCursor(Times.toInstant(p.originMicros()), p.id()));
  }

  private List<Prediction> predictions(Condition condition, int limit) {
    List<Record> heads =
        new ArrayList<>(
            database
                .dsl()
                .select(PREDICTION.fields())
                .select(SERIES.NAME)
                .select(GRID.fields())
                .select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
                .from(PREDICTION)
                .join(SERIES)
                .on(SERIES.SERIES_ID.eq(PREDICTION.SERIES_ID))
                .join(GRID)
                .on(GRID.GRID_ID.eq(PREDICTION.GRID_ID))
                .join(MODEL_VERSION)
                .on(MODEL_VERSION.MODEL_VERSION_ID.eq(PREDICTION.MODEL_VERSION_ID))
                .where(condition)
                .orderBy(PREDICTION.ORIGIN.desc(), PREDICTION.PREDICTION_ID)
                .limit(limit)
                .fetch());
    Map<UUID, List<Record>> steps =
        stepsOf(heads.stream().map(head -> head.get(PREDICTION.PREDICTION_ID)).toList());
    return heads.stream()
        .map(head -> prediction(head, steps.get(head.get(PREDICTION.PREDICTION_ID))))
        .toList();
  }

  private Map<UUID, List<Record>> stepsOf(Collection<UUID> ids) {
    var steps = new HashMap<UUID, List<Record>>();
    if (ids.isEmpty()) {
      return steps;
    }
    database
        .dsl()
        .select(
            PREDICTION_STEP.PREDICTION_ID,
            PREDICTION_STEP.STEP,
            PREDICTION_STEP.MEAN,
            PREDICTION_STEP.QUANTILES,
            PREDICTION_STEP.SEASONAL_NAIVE)
        .from(PREDICTION_STEP)
        .where(PREDICTION_STEP.PREDICTION_ID.in(ids))
        .orderBy(PREDICTION_STEP.PREDICTION_ID, PREDICTION_STEP.STEP)
        .forEach(row -> steps.computeIfAbsent(row.value1(), id -> new ArrayList<>()).add(row));
    return steps;
  }

  private static Prediction prediction(Record head, @Nullable List<Record> stepRows) {
    if (stepRows == null) {
      throw new IllegalStateException(
          "prediction " + head.get(PREDICTION.PREDICTION_ID) + " has no steps");
    }
    double[] probabilities = primitive(head.get(PREDICTION.PROBABILITIES));
    int count = stepRows.size();
    var means = new double[count];
    var quantiles = new double[probabilities.length][count];
    var naive = new double[count];
    boolean hasNaive = false;
    for (int i = 0; i < count; i++) {
      Record row = stepRows.get(i);
      means[i] = row.get(PREDICTION_STEP.MEAN);
      Double[] values = row.get(PREDICTION_STEP.QUANTILES);
      for (int q = 0; q < probabilities.length; q++) {
        quantiles[q][i] = values[q];
      }
      Double seasonal = row.get(PREDICTION_STEP.SEASONAL_NAIVE);
      naive[i] = seasonal == null ? Double.NaN : seasonal;
      hasNaive |= seasonal != null;
    }
    return new Prediction(
        new SeriesName(head.get(SERIES.NAME)),
        Numbers.gridOf(head),
        new ModelVersion(head.get(MODEL_VERSION.MODEL), head.get(MODEL_VERSION.VERSION)),
        head.get(PREDICTION.ALIAS),
        PredictionRole.ofCode(head.get(PREDICTION.ROLE)),
        Times.toMicros(head.get(PREDICTION.ORIGIN)),
        new PredictedSteps(means, probabilities, quantiles, hasNaive ? naive : new double[0]),
        optional(head.get(PREDICTION.MASE_SCALE)),
        optional(head.get(PREDICTION.LAST_VALUE)),
        Optional.ofNullable(head.get(PREDICTION.LAST_READING_TIME)),
        new FeedPosition(head.get(PREDICTION.FEED_EPOCH), head.get(PREDICTION.FEED_POSITION)),
        head.get(PREDICTION.ISSUED_AT),
        PredictionCause.ofCode(head.get(PREDICTION.CAUSE)),
        head.get(PREDICTION.TUNING_REVISION),
        head.get(PREDICTION.FALLBACK),
        head.get(PREDICTION.TRACEPARENT));
  }

  @Override
  public List<Outcome> outcomesOf(UUID id) {
    return outcomes(PREDICTION_STEP.PREDICTION_ID.eq(id), PredictedSteps.STEPS_MAX).stream()
        .sorted(Comparator.comparingInt(Outcome::step))
        .toList();
  }

  @Override
  public Page<Outcome, OutcomeCursor> outcomes(
      PredictionFilter filter,
      TimeSpan targets,
      StepBounds steps,
      Optional<ActualState> state,
      Optional<OutcomeCursor> after,
      int size) {
    Condition condition = matching(filter);
    if (targets.from().isPresent()) {
      condition = condition.and(PREDICTION_STEP.TARGET_TIME.ge(targets.from().get()));
    }
    if (targets.to().isPresent()) {
      condition = condition.and(PREDICTION_STEP.TARGET_TIME.lt(targets.to().get()));
    }
    if (steps.min() > 0) {
      condition = condition.and(PREDICTION_STEP.STEP.ge(steps.min()));
    }
    if (steps.max() > 0) {
      condition = condition.and(PREDICTION_STEP.STEP.le(steps.max()));
    }
    if (state.isPresent()) {
      condition = condition.and(ACTUAL.STATE.eq(state.get().name()));
    }
    if (after.isPresent()) {
      OutcomeCursor cursor = after.get();
      condition =
          condition.and(
              PREDICTION_STEP
                  .TARGET_TIME
                  .lt(cursor.targetTime())
                  .or(
                      PREDICTION_STEP
                          .TARGET_TIME
                          .eq(cursor.targetTime())
                          .and(
                              DSL.row(PREDICTION_STEP.STEP, PREDICTION_STEP.PREDICTION_ID)
                                  .gt(cursor.step(), cursor.predictionId()))));
    }
    return Page.of(
        outcomes(condition, size + 1),
        size,
        o -> new OutcomeCursor(o.targetTime(), o.step(), o.predictionId()));
  }

  private List<Outcome> outcomes(Condition condition, int limit) {
    return database
        .dsl()
        .select(PREDICTION_STEP.fields())
        .select(PREDICTION.ROLE, PREDICTION.PROBABILITIES)
        .select(SERIES.NAME)
        .select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
        .select(ACTUAL.STATE, ACTUAL.VALUE, ACTUAL.REVISION, ACTUAL.CHANGED_AT)
        .from(PREDICTION_STEP)
        .join(PREDICTION)
        .on(PREDICTION.PREDICTION_ID.eq(PREDICTION_STEP.PREDICTION_ID))
        .and(PREDICTION.ORIGIN.eq(PREDICTION_STEP.ORIGIN))
        .join(ACTUAL)
        .on(ACTUAL.SERIES_ID.eq(PREDICTION_STEP.SERIES_ID))
        .and(ACTUAL.GRID_ID.eq(PREDICTION_STEP.GRID_ID))
        .and(ACTUAL.INTERVAL_START.eq(PREDICTION_STEP.TARGET_TIME))
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(PREDICTION.SERIES_ID))
        .join(GRID)
        .on(GRID.GRID_ID.eq(PREDICTION.GRID_ID))
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL_VERSION_ID.eq(PREDICTION.MODEL_VERSION_ID))
        .where(condition)
        .orderBy(
            PREDICTION_STEP.TARGET_TIME.desc(), PREDICTION_STEP.STEP, PREDICTION_STEP.PREDICTION_ID)
        .limit(limit)
        .fetch(PostgresLedgerStore::outcome);
  }

  private static Outcome outcome(Record row) {
    return new Outcome(
        row.get(PREDICTION_STEP.PREDICTION_ID),
        row.get(SERIES.NAME),
        new ModelVersion(row.get(MODEL_VERSION.MODEL), row.get(MODEL_VERSION.VERSION)),
        PredictionRole.ofCode(row.get(PREDICTION.ROLE)),
        row.get(PREDICTION_STEP.ORIGIN),
        row.get(PREDICTION_STEP.STEP),
        row.get(PREDICTION_STEP.TARGET_TIME),
        row.get(PREDICTION_STEP.MEAN),
        Arrays.asList(row.get(PREDICTION.PROBABILITIES)),
        Arrays.asList(row.get(PREDICTION_STEP.QUANTILES)),
        ActualState.valueOf(row.get(ACTUAL.STATE)),
        optional(row.get(ACTUAL.VALUE)),
        row.get(ACTUAL.REVISION),
        Optional.ofNullable(row.get(ACTUAL.CHANGED_AT)));
  }

  @Override
  public LedgerCounts counts() {
    var db = database.dsl();
    var steps = db.fetchSingle(COUNT_STEPS);
    var checkpoint =
        db.select(CHECKPOINT.EPOCH, CHECKPOINT.POSITION)
            .from(CHECKPOINT)
            .orderBy(CHECKPOINT.EPOCH, CHECKPOINT.POSITION)
            .limit(1)
            .fetchOptional(row -> new FeedPosition(row.value1(), row.value2()));
    Instant oldestDue =
        db.select(DSL.min(ACTUAL.ATTENTION_AT))
            .from(ACTUAL)
            .where(ACTUAL.ATTENTION_AT.isNotNull())
            .fetchSingle(DSL.min(ACTUAL.ATTENTION_AT));
    return new LedgerCounts(
        db.fetchCount(PREDICTION),
        steps.get(0, Long.class),
        steps.get(1, Long.class),
        steps.get(2, Long.class),
        checkpoint.orElse(FeedPosition.NONE),
        Optional.ofNullable(oldestDue));
  }

  /** For queries that join prediction, series, grid and model_version. */
  static Condition matching(PredictionFilter filter) {
    Condition condition = DSL.noCondition();
    if (filter.series().isPresent()) {
      condition = condition.and(SERIES.NAME.eq(filter.series().get()));
    }
    if (filter.seriesPrefix().isPresent()) {
      condition = condition.and(SERIES.NAME.startsWith(filter.seriesPrefix().get()));
    }
    if (filter.model().isPresent()) {
      condition = condition.and(MODEL_VERSION.MODEL.eq(filter.model().get()));
    }
    if (filter.version().isPresent()) {
      condition = condition.and(MODEL_VERSION.VERSION.eq(filter.version().get()));
    }
    if (filter.alias().isPresent()) {
      condition = condition.and(PREDICTION.ALIAS.eq(filter.alias().get()));
    }
    if (filter.role().isPresent()) {
      condition = condition.and(PREDICTION.ROLE.eq((short) filter.role().get().code()));
    }
    if (filter.grid().isPresent()) {
      condition = condition.and(Numbers.is(filter.grid().get()));
    }
    return condition;
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static double[] primitive(Double[] values) {
    return Arrays.stream(values).mapToDouble(Double::doubleValue).toArray();
  }
}
