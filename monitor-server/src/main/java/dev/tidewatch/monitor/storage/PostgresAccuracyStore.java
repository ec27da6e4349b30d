package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ACTUAL;
import static dev.tidewatch.monitor.storage.jooq.Tables.GRID;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION_STEP;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.accuracy.AccuracyDimension;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.serverkit.database.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectJoinStep;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy computed in the database, straight from steps and actuals: three queries whatever the
 * number of groups.
 */
public final class PostgresAccuracyStore implements AccuracyStore {
  private static final Field<Double> Y = ACTUAL.VALUE;
  private static final Field<Double> F = PREDICTION_STEP.MEAN;

  private static final Field<Long> PAIRS = whole("count({0})", Y).as("pairs");
  private static final Field<Long> PENDING =
      whole("count(*) FILTER (WHERE {0} = 'PENDING')", ACTUAL.STATE).as("pending");
  private static final Field<Long> MISSING =
      whole("count(*) FILTER (WHERE {0} = 'MISSING')", ACTUAL.STATE).as("missing");
  private static final Field<Double> ABSOLUTE = real("sum(abs({0} - {1}))", Y, F).as("absolute");
  private static final Field<Double> SQUARED =
      real("sum(({0} - {1}) * ({0} - {1}))", Y, F).as("squared");
  private static final Field<Double> SIGNED = real("sum({1} - {0})", Y, F).as("signed");
  private static final Field<Double> MAPE =
      real("avg(100 * abs(({0} - {1}) / nullif({0}, 0)))", Y, F).as("mape");
  private static final Field<Long> ZEROS = whole("count(*) FILTER (WHERE {0} = 0)", Y).as("zeros");
  private static final Field<Double> SMAPE =
      real(
              """
              avg(CASE WHEN {0} = 0 AND {1} = 0 THEN 0
                ELSE 200 * abs({0} - {1}) / (abs({0}) + abs({1})) END)\
              """,
              Y, F)
          .as("smape");
  private static final Field<Double> MASE =
      real("avg(abs({0} - {1}) / {2})", Y, F, PREDICTION.MASE_SCALE).as("mase");
  private static final Field<Double> DIRECTION =
      real(
              """
              avg(CASE WHEN sign({1} - {2}) = sign({0} - {2}) THEN 1.0::float8
                WHEN {0} IS NOT NULL AND {2} IS NOT NULL THEN 0.0::float8 END)\
              """,
              Y, F, PREDICTION.LAST_VALUE)
          .as("direction");
  private static final Field<Double> ACTUAL_SUM = real("sum({0})", Y).as("actual_sum");
  private static final Field<Double> ACTUAL_ABSOLUTE =
      real("sum(abs({0}))", Y).as("actual_absolute");
  private static final Field<Double> AGAINST_NAIVE =
      real(
              "sum(abs({0} - {1})) FILTER (WHERE {2} IS NOT NULL)",
              Y, F, PREDICTION_STEP.SEASONAL_NAIVE)
          .as("against_naive");
  private static final Field<Double> NAIVE =
      real("sum(abs({0} - {1}))", Y, PREDICTION_STEP.SEASONAL_NAIVE).as("naive");

  private static final Table<?> QUANTILE =
      DSL.table(
          "LATERAL unnest({0}, {1}) AS q (probability, value)",
          PREDICTION.PROBABILITIES, PREDICTION_STEP.QUANTILES);
  private static final Field<Double> PINBALL =
      real(
              "avg(greatest(q.probability * ({0} - q.value), (q.probability - 1) * ({0} - q.value)))",
              Y)
          .as("pinball");

  private static final Table<?> BOUNDS =
      DSL.table(
          """
          LATERAL (SELECT i.level, {3}[i.lower] AS lower, {3}[i.upper] AS upper
            FROM unnest({0}, {1}, {2}) AS i (level, lower, upper)) AS b\
          """,
          PREDICTION.INTERVAL_LEVELS,
          PREDICTION.INTERVAL_LOWERS,
          PREDICTION.INTERVAL_UPPERS,
          PREDICTION_STEP.QUANTILES);
  private static final Field<Double> LEVEL = DSL.field("b.level", SQLDataType.DOUBLE);
  private static final Field<Double> COVERAGE =
      real(
              "avg(CASE WHEN b.lower <= {0} AND {0} <= b.upper THEN 1.0::float8 ELSE 0.0::float8 END)",
              Y)
          .as("coverage");
  private static final Field<Double> WIDTH = real("avg(b.upper - b.lower)").as("width");
  private static final Field<Double> SCORE =
      real(
              """
              avg(b.upper - b.lower
                + 2 / (1 - b.level) * (greatest(b.lower - {0}, 0) + greatest({0} - b.upper, 0)))\
              """,
              Y)
          .as("score");

  private final Database database;

  public PostgresAccuracyStore(Database database) {
    this.database = database;
  }

  @Override
  public List<AccuracyGroup> answer(AccuracyQuestion question) {
    List<Field<?>> keys = keys(question);
    Condition condition =
        matching(question.filter())
            .and(PREDICTION_STEP.TARGET_TIME.ge(question.from()))
            .and(PREDICTION_STEP.TARGET_TIME.lt(question.to()))
            .and(ACTUAL.INTERVAL_START.ge(question.from()))
            .and(ACTUAL.INTERVAL_START.lt(question.to()));
    var selected = new ArrayList<Field<?>>(keys);
    selected.addAll(
        List.of(
            PAIRS,
            PENDING,
            MISSING,
            ABSOLUTE,
            SQUARED,
            SIGNED,
            MAPE,
            ZEROS,
            SMAPE,
            MASE,
            DIRECTION,
            ACTUAL_SUM,
            ACTUAL_ABSOLUTE,
            AGAINST_NAIVE,
            NAIVE));
    List<? extends Record> sums =
        joined(keys, database.dsl().select(selected).from(PREDICTION_STEP))
            .where(condition)
            .groupBy(keys)
            .orderBy(keys)
            .offset(question.groupsSkipped())
            .limit(question.groupsMax() + 1)
            .fetch();
    if (sums.isEmpty()) {
      return List.of();
    }
    Condition page = condition.and(Y.isNotNull());
    if (!keys.isEmpty()) {
      page = page.and(between(keys, sums.getFirst(), sums.getLast()));
    }
    Map<List<Object>, Double> pinball = pinball(keys, page);
    Map<List<Object>, List<IntervalFigures>> intervals = intervals(keys, page);
    return sums.stream()
        .map(row -> {
          List<Object> key = key(keys, row);
          return group(
              question,
              row,
              figures(row, pinball.get(key), intervals.getOrDefault(key, List.of())));
        })
        .toList();
  }

  private Map<List<Object>, Double> pinball(List<Field<?>> keys, Condition page) {
    var selected = new ArrayList<Field<?>>(keys);
    selected.add(PINBALL);
    var found = new HashMap<List<Object>, Double>();
    joined(keys, database.dsl().select(selected).from(PREDICTION_STEP))
        .crossJoin(QUANTILE)
        .where(page)
        .groupBy(keys)
        .forEach(row -> {
          Double value = row.get(PINBALL);
          if (value != null) {
            found.put(key(keys, row), value);
          }
        });
    return found;
  }

  private Map<List<Object>, List<IntervalFigures>> intervals(List<Field<?>> keys, Condition page) {
    var groupedBy = new ArrayList<Field<?>>(keys);
    groupedBy.add(LEVEL);
    var selected = new ArrayList<Field<?>>(groupedBy);
    selected.addAll(List.of(PAIRS, COVERAGE, WIDTH, SCORE));
    var found = new HashMap<List<Object>, List<IntervalFigures>>();
    joined(keys, database.dsl().select(selected).from(PREDICTION_STEP))
        .crossJoin(BOUNDS)
        .where(page)
        .groupBy(groupedBy)
        .orderBy(LEVEL.desc())
        .forEach(row ->
            found
                .computeIfAbsent(key(keys, row), k -> new ArrayList<>())
                .add(
                    new IntervalFigures(
                        row.get(LEVEL),
                        row.get(PAIRS),
                        row.get(COVERAGE),
                        row.get(WIDTH),
                        row.get(SCORE))));
    return found;
  }

  /** Names are joined only where groups are named by them. */
  private static <R extends Record> SelectJoinStep<R> joined(
      List<Field<?>> keys, SelectJoinStep<R> select) {
    SelectJoinStep<R> joined =
        select
            .join(PREDICTION)
            .on(PREDICTION.PREDICTION_ID.eq(PREDICTION_STEP.PREDICTION_ID))
            .and(PREDICTION.ORIGIN.eq(PREDICTION_STEP.ORIGIN))
            .join(ACTUAL)
            .on(ACTUAL.SERIES_ID.eq(PREDICTION_STEP.SERIES_ID))
            .and(ACTUAL.GRID_ID.eq(PREDICTION_STEP.GRID_ID))
            .and(ACTUAL.INTERVAL_START.eq(PREDICTION_STEP.TARGET_TIME));
    if (keys.contains(SERIES.NAME)) {
      joined = joined.join(SERIES).on(SERIES.SERIES_ID.eq(PREDICTION_STEP.SERIES_ID));
    }
    if (keys.contains(MODEL_VERSION.MODEL)) {
      joined =
          joined
              .join(MODEL_VERSION)
              .on(MODEL_VERSION.MODEL_VERSION_ID.eq(PREDICTION.MODEL_VERSION_ID));
    }
    return joined;
  }

  /** By number: one series is found by its index, whatever the planner knows of the tables. */
  private static Condition matching(PredictionFilter filter) {
    Condition condition = DSL.noCondition();
    if (filter.series().isPresent()) {
      var number =
          DSL.select(SERIES.SERIES_ID).from(SERIES).where(SERIES.NAME.eq(filter.series().get()));
      condition =
          condition.and(PREDICTION_STEP.SERIES_ID.eq(number)).and(ACTUAL.SERIES_ID.eq(number));
    }
    if (filter.seriesPrefix().isPresent()) {
      condition =
          condition.and(
              PREDICTION_STEP.SERIES_ID.in(
                  DSL.select(SERIES.SERIES_ID)
                      .from(SERIES)
                      .where(SERIES.NAME.startsWith(filter.seriesPrefix().get()))));
    }
    if (filter.model().isPresent() || filter.version().isPresent()) {
      condition =
          condition.and(
              PREDICTION.MODEL_VERSION_ID.in(
                  DSL.select(MODEL_VERSION.MODEL_VERSION_ID)
                      .from(MODEL_VERSION)
                      .where(filter.model().map(MODEL_VERSION.MODEL::eq).orElse(DSL.noCondition()))
                      .and(
                          filter
                              .version()
                              .map(MODEL_VERSION.VERSION::eq)
                              .orElse(DSL.noCondition()))));
    }
    if (filter.alias().isPresent()) {
      condition = condition.and(PREDICTION.ALIAS.eq(filter.alias().get()));
    }
    if (filter.role().isPresent()) {
      condition = condition.and(PREDICTION.ROLE.eq((short) filter.role().get().code()));
    }
    if (filter.grid().isPresent()) {
      condition =
          condition.and(
              PREDICTION_STEP.GRID_ID.eq(
                  DSL.select(GRID.GRID_ID).from(GRID).where(Numbers.is(filter.grid().get()))));
    }
    return condition;
  }

  private static List<Field<?>> keys(AccuracyQuestion question) {
    var keys = new ArrayList<Field<?>>();
    for (AccuracyDimension dimension : question.groupBy()) {
      switch (dimension) {
        case SERIES -> keys.add(SERIES.NAME);
        case VERSION -> {
          keys.add(MODEL_VERSION.MODEL);
          keys.add(MODEL_VERSION.VERSION);
        }
        case ROLE -> keys.add(PREDICTION.ROLE);
        case STEP -> keys.add(PREDICTION_STEP.STEP);
      }
    }
    return keys;
  }

  /** Only the groups of the page, so that the other two queries do no more than they must. */
  private static Condition between(List<Field<?>> keys, Record first, Record last) {
    var row = DSL.row(keys);
    return row.ge(DSL.row(key(keys, first))).and(row.le(DSL.row(key(keys, last))));
  }

  private static List<Object> key(List<Field<?>> keys, Record row) {
    var values = new ArrayList<Object>(keys.size());
    for (Field<?> key : keys) {
      values.add(row.get(key));
    }
    return values;
  }

  private static AccuracyGroup group(
      AccuracyQuestion question, Record row, AccuracyFigures figures) {
    var by = question.groupBy();
    return new AccuracyGroup(
        by.contains(AccuracyDimension.SERIES)
            ? Optional.of(row.get(SERIES.NAME))
            : Optional.empty(),
        by.contains(AccuracyDimension.VERSION)
            ? Optional.of(
                new ModelVersion(row.get(MODEL_VERSION.MODEL), row.get(MODEL_VERSION.VERSION)))
            : Optional.empty(),
        by.contains(AccuracyDimension.ROLE)
            ? Optional.of(PredictionRole.ofCode(row.get(PREDICTION.ROLE)))
            : Optional.empty(),
        by.contains(AccuracyDimension.STEP)
            ? OptionalInt.of(row.get(PREDICTION_STEP.STEP))
            : OptionalInt.empty(),
        figures);
  }

  private static AccuracyFigures figures(
      Record row, @Nullable Double pinball, List<IntervalFigures> intervals) {
    long pairs = row.get(PAIRS);
    double absolute = orNan(row.get(ABSOLUTE));
    double rmse = Math.sqrt(orNan(row.get(SQUARED)) / pairs);
    return new AccuracyFigures(
        pairs,
        row.get(PENDING),
        row.get(MISSING),
        finite(absolute / pairs),
        finite(rmse),
        finite(orNan(row.get(MAPE))),
        row.get(ZEROS),
        finite(orNan(row.get(SMAPE))),
        finite(orNan(row.get(MASE))),
        finite(orNan(row.get(SIGNED)) / pairs),
        finite(orNan(row.get(DIRECTION))),
        finite(orNan(pinball)),
        finite(1 - orNan(row.get(AGAINST_NAIVE)) / orNan(row.get(NAIVE))),
        finite(100 * rmse / (orNan(row.get(ACTUAL_SUM)) / pairs)),
        finite(100 * absolute / orNan(row.get(ACTUAL_ABSOLUTE))),
        intervals);
  }

  private static double orNan(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private static Field<Double> real(String sql, Field<?>... parts) {
    return DSL.field(sql, SQLDataType.DOUBLE, (Object[]) parts);
  }

  private static Field<Long> whole(String sql, Field<?>... parts) {
    return DSL.field(sql, SQLDataType.BIGINT, (Object[]) parts);
  }
}
