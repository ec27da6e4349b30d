package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;

import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.ComparisonQuestion;
import dev.tidewatch.monitor.accuracy.ComparisonStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import dev.tidewatch.timeseries.significance.PairedTest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Comparisons computed in the database: one query, which gives a row per origin, whatever the
 * number of pairs.
 */
public final class PostgresComparisonStore implements ComparisonStore {
  /** What a version predicted, each forecast once: the answer before the shadow. */
  private static final String PREDICTIONS =
      """
      SELECT DISTINCT ON (series_id, grid_id, origin)
          series_id, grid_id, origin, prediction_id, mase_scale, last_value
        FROM monitor.prediction
        WHERE model_version_id = (SELECT model_version_id FROM monitor.model_version
            WHERE model = {0} AND version = %s)
          AND NOT fallback
          AND ({4} IS NULL OR origin >= {4})
          AND ({5} IS NULL OR series_id = (SELECT series_id FROM monitor.series WHERE name = {5}))
        ORDER BY series_id, grid_id, origin, role\
      """;

  /** The sums of one version; 0 for the baseline, 1 for the candidate. */
  private static final String SUMS =
      """
      avg(coalesce(abs(y - f%1$d) / s, 0)) AS loss%1$d,
        sum(abs(y - f%1$d)) AS absolute%1$d,
        sum((y - f%1$d) * (y - f%1$d)) AS squared%1$d,
        sum(f%1$d - y) AS signed%1$d,
        sum(100 * abs((y - f%1$d) / nullif(y, 0))) AS percent%1$d,
        sum(CASE WHEN y = 0 AND f%1$d = 0 THEN 0 ELSE 200 * abs(y - f%1$d) / (abs(y) + abs(f%1$d)) END) AS symmetric%1$d,
        sum(abs(y - f%1$d) / m%1$d) AS scaled%1$d,
        count(m%1$d) AS scales%1$d,
        count(*) FILTER (WHERE sign(f%1$d - l%1$d) = sign(y - l%1$d)) AS directed%1$d,
        count(l%1$d) AS directions%1$d,
        sum(abs(y - f%1$d)) FILTER (WHERE s%1$d IS NOT NULL) AS against_naive%1$d,
        sum(abs(y - s%1$d)) AS naive%1$d\
      """;

  private static final String SQL =
      """
      WITH
        defender AS (%1$s),
        challenger AS (%2$s),
        paired AS (
          SELECT d.origin, d.series_id, ds.step::bigint * g.step_seconds AS reach,
            a.value AS y, ds.mean AS f0, cs.mean AS f1, d.mase_scale AS m0, c.mase_scale AS m1,
            d.last_value AS l0, c.last_value AS l1, ds.seasonal_naive AS s0, cs.seasonal_naive AS s1
          FROM defender d
            JOIN challenger c ON c.series_id = d.series_id AND c.grid_id = d.grid_id AND c.origin = d.origin
            JOIN monitor.grid g ON g.grid_id = d.grid_id
            JOIN monitor.prediction_step ds ON ds.prediction_id = d.prediction_id AND ds.origin = d.origin
            JOIN monitor.prediction_step cs ON cs.prediction_id = c.prediction_id AND cs.origin = c.origin
              AND cs.step = ds.step AND cs.target_time = ds.target_time
            JOIN monitor.actual a ON a.series_id = d.series_id AND a.grid_id = d.grid_id
              AND a.interval_start = ds.target_time AND a.value IS NOT NULL
          WHERE ({2} IS NULL OR ds.target_time >= {2}) AND ({2} IS NULL OR a.interval_start >= {2})
            AND ({3} IS NULL OR ds.target_time < {3}) AND ({3} IS NULL OR a.interval_start < {3})
        ),
        scale AS (
          SELECT series_id, nullif(avg(abs(y - f0) + abs(y - f1)), 0) AS s FROM paired GROUP BY series_id
        )
      SELECT (extract(epoch FROM p.origin) * 1000000)::bigint AS origin_micros,
        max(p.reach) AS reach_seconds,
        count(*) AS pairs,
        count(*) FILTER (WHERE p.y = 0) AS zeros,
        sum(p.y) AS actual,
        sum(abs(p.y)) AS actual_absolute,
        %3$s,
        %4$s
      FROM paired p JOIN scale USING (series_id)
      GROUP BY p.origin
      ORDER BY p.origin
      """
          .formatted(
              PREDICTIONS.formatted("{1}"),
              PREDICTIONS.formatted("{6}"),
              SUMS.formatted(0),
              SUMS.formatted(1));

  private final Database database;

  public PostgresComparisonStore(Database database) {
    this.database = database;
  }

  @Override
  public AccuracyComparison compare(ComparisonQuestion question) {
    // A target is never before its origin, so that both bound the partitions to be read.
    Optional<Instant> targetsFrom =
        question.span().from().isPresent() ? question.span().from() : question.originsFrom();
    List<? extends Record> rows =
        database
            .dsl()
            .resultQuery(
                SQL,
                DSL.val(question.model()),
                DSL.val(question.baseline()),
                time(targetsFrom),
                time(question.span().to()),
                time(question.originsFrom()),
                DSL.cast(DSL.val(question.series().orElse(null)), String.class),
                DSL.val(question.candidate()))
            .fetch();
    return comparison(rows);
  }

  private static Field<Instant> time(Optional<Instant> time) {
    return DSL.cast(
        DSL.val(time.orElse(null), PREDICTION.ORIGIN.getDataType()),
        PREDICTION.ORIGIN.getDataType());
  }

  private static AccuracyComparison comparison(List<? extends Record> rows) {
    int origins = rows.size();
    var baseline = new double[origins];
    var candidate = new double[origins];
    long reachMicros = 0;
    long nearest = Long.MAX_VALUE;
    long previous = 0;
    for (int i = 0; i < origins; i++) {
      Record row = rows.get(i);
      baseline[i] = number(row, "loss0");
      candidate[i] = number(row, "loss1");
      reachMicros = Math.max(reachMicros, whole(row, "reach_seconds") * 1_000_000);
      long origin = whole(row, "origin_micros");
      if (i > 0) {
        nearest = Math.min(nearest, origin - previous);
      }
      previous = origin;
    }
    Optional<PairedTest> test =
        origins < DieboldMariano.PAIRS_MIN
            ? Optional.empty()
            : Optional.of(
                DieboldMariano.of(
                    candidate,
                    baseline,
                    Math.clamp(Math.ceilDiv(reachMicros, nearest), 1, origins)));
    return new AccuracyComparison(
        rows.stream().mapToLong(row -> whole(row, "pairs")).sum(),
        origins,
        mean(baseline),
        mean(candidate),
        figures(rows, 0),
        figures(rows, 1),
        test);
  }

  private static AccuracyFigures figures(List<? extends Record> rows, int side) {
    double pairs = total(rows, "pairs");
    double zeros = total(rows, "zeros");
    double absolute = total(rows, "absolute" + side);
    double rmse = Math.sqrt(total(rows, "squared" + side) / pairs);
    return new AccuracyFigures(
        (long) pairs,
        0,
        0,
        finite(absolute / pairs),
        finite(rmse),
        finite(total(rows, "percent" + side) / (pairs - zeros)),
        (long) zeros,
        finite(total(rows, "symmetric" + side) / pairs),
        finite(total(rows, "scaled" + side) / total(rows, "scales" + side)),
        finite(total(rows, "signed" + side) / pairs),
        finite(total(rows, "directed" + side) / total(rows, "directions" + side)),
        OptionalDouble.empty(),
        finite(1 - total(rows, "against_naive" + side) / total(rows, "naive" + side)),
        finite(100 * rmse / (total(rows, "actual") / pairs)),
        finite(100 * absolute / total(rows, "actual_absolute")),
        List.of());
  }

  private static double total(List<? extends Record> rows, String column) {
    double sum = 0;
    for (Record row : rows) {
      sum += number(row, column);
    }
    return sum;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? 0 : sum / values.length;
  }

  private static double number(Record row, String column) {
    @Nullable Double value = row.get(column, Double.class);
    return value == null ? 0 : value;
  }

  private static long whole(Record row, String column) {
    @Nullable Long value = row.get(column, Long.class);
    return value == null ? 0 : value;
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
