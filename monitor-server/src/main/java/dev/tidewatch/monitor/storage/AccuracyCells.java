package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ACCURACY_DAY;
import static dev.tidewatch.monitor.storage.jooq.Tables.ACCURACY_ROLLUP;
import static dev.tidewatch.monitor.storage.jooq.Tables.GRID;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ledger.PredictionFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.QueryPart;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.Select;
import org.jooq.impl.DSL;

/**
 * The sums of a window, cell by cell: a cell is one series, version, role and step, and one bucket
 * of time if there are buckets. Days that are rolled up and lie in the window as a whole come from
 * the rollup; of all others, which are the window's ends and what is young, the steps are looked at
 * one by one. Both kinds of day are found in the same snapshot, so each step counts once.
 */
final class AccuracyCells {
  private static final Duration DAY = Duration.ofDays(1);

  private final PredictionFilter filter;
  private final Instant from;
  private final Instant to;
  private final Optional<Duration> bucket;

  /**
   * @param bucket width of buckets; empty: none. The rollup is of use to buckets of whole days only
   */
  AccuracyCells(PredictionFilter filter, Instant from, Instant to, Optional<Duration> bucket) {
    this.filter = filter;
    this.from = from;
    this.to = to;
    this.bucket = bucket;
  }

  /**
   * Asks for cells and what is made of them.
   *
   * @param intervals cells of central intervals, with a level each, not of steps
   * @param rest SQL that selects from {@code cell c}; its own parts are {8} and up
   */
  Result<Record> fetch(DSLContext db, boolean intervals, String rest, QueryPart... more) {
    var day = ACCURACY_DAY.as("d");
    var parts = new ArrayList<QueryPart>();
    parts.add(DSL.val(from, ACCURACY_DAY.DAY));
    parts.add(DSL.val(to, ACCURACY_DAY.DAY));
    parts.add(seriesOf(day.SERIES_ID).and(gridOf(day.GRID_ID)));
    var rollup = ACCURACY_ROLLUP.as("r");
    parts.add(
        seriesOf(rollup.SERIES_ID)
            .and(gridOf(rollup.GRID_ID))
            .and(versionOf(rollup.MODEL_VERSION_ID, rollup.ROLE, rollup.ALIAS)));
    var prediction = PREDICTION.as("p");
    parts.add(versionOf(prediction.MODEL_VERSION_ID, prediction.ROLE, prediction.ALIAS));
    parts.add(DSL.val(bucket.map(width -> width.toNanos() / 1_000).orElse(0L)));
    parts.add(rollupsServe() ? DSL.trueCondition() : DSL.falseCondition());
    parts.add(intervals ? DSL.condition("a.value IS NOT NULL") : DSL.trueCondition());
    parts.addAll(List.of(more));
    return db.fetch(sql(intervals) + rest, parts.toArray(QueryPart[]::new));
  }

  private boolean rollupsServe() {
    return bucket.isEmpty()
        || (bucket.get().toNanosPart() == 0 && bucket.get().toSeconds() % DAY.toSeconds() == 0);
  }

  private String sql(boolean intervals) {
    String bucketOf =
        bucket.isPresent()
            ? ", date_bin({5} * interval '1 microsecond', %s, timestamptz 'epoch') AS bucket"
            : "%.0s";
    return """
    WITH open_day AS (
      SELECT d.series_id, d.grid_id, greatest(d.day, {0}) AS lo, least(d.day + interval '24 hours', {1}) AS hi
      FROM monitor.accuracy_day d
      WHERE d.day > {0} - interval '24 hours' AND d.day < {1} AND {2}
        AND (NOT {6} OR d.state <> 3 OR d.day < {0} OR d.day + interval '24 hours' > {1})
    ), cell AS (
      SELECT r.series_id, r.model_version_id, r.role, r.step%1$s, %2$s
      FROM monitor.%3$s r
      JOIN monitor.accuracy_day d ON d.series_id = r.series_id AND d.grid_id = r.grid_id AND d.day = r.day
      WHERE {6} AND d.state = 3 AND r.day >= {0} AND r.day <= {1} - interval '24 hours' AND {3}
      UNION ALL
      SELECT s.series_id, p.model_version_id, p.role, s.step%4$s, %5$s
      FROM open_day o
      CROSS JOIN LATERAL (SELECT t.* FROM monitor.prediction_step t
        WHERE t.series_id = o.series_id AND t.grid_id = o.grid_id AND t.target_time >= o.lo AND t.target_time < o.hi
          AND t.target_time >= {0} AND t.target_time < {1} OFFSET 0) s
      JOIN monitor.prediction p ON p.prediction_id = s.prediction_id AND p.origin = s.origin
      JOIN monitor.actual a ON a.series_id = s.series_id AND a.grid_id = s.grid_id
        AND a.interval_start = s.target_time AND a.interval_start >= {0} AND a.interval_start < {1}
      %6$s
      WHERE {4} AND {7}
      GROUP BY %7$s
    )
    """
        .formatted(
            bucketOf.formatted("r.day"),
            intervals
                ? "r.level, " + AccuracySums.of("r", AccuracySums.INTERVAL_NAMES)
                : AccuracySums.of("r", AccuracySums.NAMES),
            intervals ? "accuracy_rollup_interval" : "accuracy_rollup",
            bucketOf.formatted("s.target_time"),
            intervals ? "b.level, " + AccuracySums.OF_INTERVALS : AccuracySums.OF_STEPS,
            intervals ? AccuracySums.INTERVALS : "",
            String.join(
                ", ",
                IntStream.rangeClosed(1, 4 + (bucket.isPresent() ? 1 : 0) + (intervals ? 1 : 0))
                    .mapToObj(Integer::toString)
                    .toList()));
  }

  /** By number: one series is found by its index, whatever the planner knows of the tables. */
  private Condition seriesOf(Field<Long> number) {
    Condition condition = DSL.noCondition();
    if (filter.series().isPresent()) {
      condition =
          condition.and(
              number.eq(
                  DSL.select(SERIES.SERIES_ID)
                      .from(SERIES)
                      .where(SERIES.NAME.eq(filter.series().get()))));
    }
    if (filter.seriesPrefix().isPresent()) {
      condition =
          condition.and(
              number.in(
                  DSL.select(SERIES.SERIES_ID)
                      .from(SERIES)
                      .where(SERIES.NAME.startsWith(filter.seriesPrefix().get()))));
    }
    return DSL.trueCondition().and(condition);
  }

  private Condition gridOf(Field<Integer> number) {
    if (filter.grid().isEmpty()) {
      return DSL.trueCondition();
    }
    Select<org.jooq.Record1<Integer>> grid =
        DSL.select(GRID.GRID_ID).from(GRID).where(Numbers.is(filter.grid().get()));
    return number.eq(grid);
  }

  private Condition versionOf(Field<Integer> number, Field<Short> role, Field<String> alias) {
    Condition condition = DSL.trueCondition();
    if (filter.model().isPresent() || filter.version().isPresent()) {
      condition =
          condition.and(
              number.in(
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
      condition = condition.and(alias.eq(filter.alias().get()));
    }
    if (filter.role().isPresent()) {
      condition = condition.and(role.eq((short) filter.role().get().code()));
    }
    return condition;
  }
}
