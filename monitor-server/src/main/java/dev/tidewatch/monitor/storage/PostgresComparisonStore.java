package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;

import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.ComparisonQuestion;
import dev.tidewatch.monitor.accuracy.ComparisonStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import dev.tidewatch.timeseries.significance.PairedTest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;

/**
 * Comparisons computed in the database: a row per origin and version, whatever the number of pairs,
 * and the sums of {@link AccuracySums} over all of them.
 */
public final class PostgresComparisonStore implements ComparisonStore {
  /** What a version predicted, each forecast once: the answer before the shadow. */
  private static final String PREDICTIONS =
      """
      SELECT DISTINCT ON (series_id, grid_id, origin)
          series_id, grid_id, origin, prediction_id, mase_scale, last_value,
          probabilities, interval_levels, interval_lowers, interval_uppers
        FROM monitor.prediction
        WHERE model_version_id = (SELECT model_version_id FROM monitor.model_version
            WHERE model = {0} AND version = %s)
          AND NOT fallback
          AND ({4} IS NULL OR origin >= {4})
          AND ({5} IS NULL OR series_id = (SELECT series_id FROM monitor.series WHERE name = {5}))
        ORDER BY series_id, grid_id, origin, role\
      """;

  /**
   * Every step that both predicted, once for each side, 0 being the baseline: {@code x}, and its
   * parts under the names that the sums take.
   */
  private static final String SIDES =
      """
      WITH
        defender AS (%1$s),
        challenger AS (%2$s),
        side AS (
          SELECT d.origin, d.series_id, ds.step::bigint * g.step_seconds AS reach, a.value, v.*
          FROM defender d
            JOIN challenger c ON c.series_id = d.series_id AND c.grid_id = d.grid_id AND c.origin = d.origin
            JOIN monitor.grid g ON g.grid_id = d.grid_id
            JOIN monitor.prediction_step ds ON ds.prediction_id = d.prediction_id AND ds.origin = d.origin
            JOIN monitor.prediction_step cs ON cs.prediction_id = c.prediction_id AND cs.origin = c.origin
              AND cs.step = ds.step AND cs.target_time = ds.target_time
            JOIN monitor.actual a ON a.series_id = d.series_id AND a.grid_id = d.grid_id
              AND a.interval_start = ds.target_time AND a.value IS NOT NULL
            CROSS JOIN LATERAL (VALUES
              (0, ds.mean, ds.seasonal_naive, ds.quantiles, d.mase_scale, d.last_value, d.probabilities,
                d.interval_levels, d.interval_lowers, d.interval_uppers),
              (1, cs.mean, cs.seasonal_naive, cs.quantiles, c.mase_scale, c.last_value, c.probabilities,
                c.interval_levels, c.interval_lowers, c.interval_uppers))
              AS v (side, mean, seasonal_naive, quantiles, mase_scale, last_value, probabilities,
                interval_levels, interval_lowers, interval_uppers)
          WHERE ({2} IS NULL OR ds.target_time >= {2}) AND ({2} IS NULL OR a.interval_start >= {2})
            AND ({3} IS NULL OR ds.target_time < {3}) AND ({3} IS NULL OR a.interval_start < {3})
        )
      """
          .formatted(PREDICTIONS.formatted("{1}"), PREDICTIONS.formatted("{6}"));

  private static final String PARTS =
      """
      CROSS JOIN LATERAL (SELECT x.value, 'KNOWN' AS state) a
        CROSS JOIN LATERAL (SELECT x.mean, x.seasonal_naive, x.quantiles) s
        CROSS JOIN LATERAL (SELECT x.mase_scale, x.last_value, x.probabilities,
          x.interval_levels, x.interval_lowers, x.interval_uppers) p\
      """;

  /** A row per side and origin with its loss and, last of each side, one without origin. */
  private static final String LOSSES =
      """
      SELECT x.side, (extract(epoch FROM x.origin) * 1000000)::bigint AS origin_micros,
        max(x.reach) AS reach_seconds,
        avg(coalesce(abs(x.value - x.mean) / scale.s, 0)) AS loss,
        %s
      FROM side x
        JOIN (SELECT series_id, nullif(2 * avg(abs(value - mean)), 0) AS s FROM side GROUP BY series_id) scale
          USING (series_id)
        %s
      GROUP BY ROLLUP (x.side, x.origin)
      HAVING x.side IS NOT NULL
      ORDER BY x.side, x.origin NULLS LAST
      """;

  private static final String POINT_SQL = SIDES + LOSSES.formatted(AccuracySums.OF_POINTS, PARTS);

  private static final String SQL = SIDES + LOSSES.formatted(AccuracySums.OF_STEPS, PARTS);

  private static final String INTERVALS_SQL =
      SIDES
          + """
          SELECT x.side, b.level, %s
          FROM side x
            %s
            %s
          GROUP BY x.side, b.level
          ORDER BY x.side, b.level DESC
          """
              .formatted(AccuracySums.OF_INTERVALS, PARTS, AccuracySums.INTERVALS);

  private static final int BASELINE = 0;
  private static final int CANDIDATE = 1;

  private final Database database;

  public PostgresComparisonStore(Database database) {
    this.database = database;
  }

  @Override
  public AccuracyComparison compare(ComparisonQuestion question) {
    List<? extends Record> rows = fetch(question.probabilistic() ? SQL : POINT_SQL, question);
    List<? extends Record> intervals =
        question.probabilistic() ? fetch(INTERVALS_SQL, question) : List.of();
    return comparison(rows, intervals);
  }

  private List<? extends Record> fetch(String sql, ComparisonQuestion question) {
    // A target is never before its origin, so that both bound the partitions to be read.
    Optional<Instant> targetsFrom =
        question.span().from().isPresent() ? question.span().from() : question.originsFrom();
    return database
        .dsl()
        .resultQuery(
            sql,
            DSL.val(question.model()),
            DSL.val(question.baseline()),
            time(targetsFrom),
            time(question.span().to()),
            time(question.originsFrom()),
            DSL.cast(DSL.val(question.series().orElse(null)), String.class),
            DSL.val(question.candidate()))
        .fetch();
  }

  private static Field<Instant> time(Optional<Instant> time) {
    return DSL.cast(
        DSL.val(time.orElse(null), PREDICTION.ORIGIN.getDataType()),
        PREDICTION.ORIGIN.getDataType());
  }

  private static AccuracyComparison comparison(
      List<? extends Record> rows, List<? extends Record> intervals) {
    List<? extends Record> defender = losses(rows, BASELINE);
    List<? extends Record> challenger = losses(rows, CANDIDATE);
    int origins = defender.size();
    double[] baseline = defender.stream().mapToDouble(PostgresComparisonStore::loss).toArray();
    double[] candidate = challenger.stream().mapToDouble(PostgresComparisonStore::loss).toArray();
    Optional<PairedTest> test =
        origins < DieboldMariano.PAIRS_MIN
            ? Optional.empty()
            : Optional.of(DieboldMariano.of(candidate, baseline, overlap(defender)));
    AccuracyFigures defended = figures(rows, intervals, BASELINE);
    return new AccuracyComparison(
        defended.pairs(),
        origins,
        mean(baseline),
        mean(candidate),
        defended,
        figures(rows, intervals, CANDIDATE),
        test);
  }

  /** How many neighbouring origins may predict the same target. */
  private static int overlap(List<? extends Record> origins) {
    long reachMicros = 0;
    long nearest = Long.MAX_VALUE;
    for (int i = 0; i < origins.size(); i++) {
      Record row = origins.get(i);
      reachMicros = Math.max(reachMicros, row.get("reach_seconds", Long.class) * 1_000_000);
      if (i > 0) {
        nearest = Math.min(nearest, micros(row) - micros(origins.get(i - 1)));
      }
    }
    return Math.clamp(Math.ceilDiv(reachMicros, nearest), 1, origins.size());
  }

  private static List<? extends Record> losses(List<? extends Record> rows, int side) {
    return rows.stream().filter(row -> isOf(row, side) && hasOrigin(row)).toList();
  }

  private static AccuracyFigures figures(
      List<? extends Record> rows, List<? extends Record> intervals, int side) {
    List<IntervalFigures> levels =
        intervals.stream().filter(row -> isOf(row, side)).map(AccuracySums::interval).toList();
    return rows.stream()
        .filter(row -> isOf(row, side) && !hasOrigin(row))
        .findFirst()
        .map(row -> AccuracySums.figures(row, levels))
        .orElse(AccuracyFigures.NONE);
  }

  private static boolean isOf(Record row, int side) {
    return row.get("side", Integer.class) == side;
  }

  private static boolean hasOrigin(Record row) {
    return row.get("origin_micros") != null;
  }

  private static long micros(Record row) {
    return row.get("origin_micros", Long.class);
  }

  private static double loss(Record row) {
    return row.get("loss", Double.class);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }
}
