package dev.tidewatch.monitor.storage;

import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * The sums that the figures of accuracy follow from: how SQL makes them of joined steps ({@code s}
 * a row of prediction_step, {@code p} of prediction, {@code a} of actual), how it adds them up, and
 * what they come to. The only place that knows the definitions of the figures in SQL.
 */
final class AccuracySums {
  /** A sum. {@code whole}: a count. */
  private record Sum(String name, boolean whole, String expression) {}

  private static final List<Sum> SUMS =
      List.of(
          new Sum("pairs", true, "count(a.value)"),
          new Sum("pending", true, "count(*) FILTER (WHERE a.state = 'PENDING')"),
          new Sum("missing", true, "count(*) FILTER (WHERE a.state = 'MISSING')"),
          new Sum("absolute", false, "sum(abs(a.value - s.mean))"),
          new Sum("squared", false, "sum((a.value - s.mean) * (a.value - s.mean))"),
          new Sum("signed", false, "sum(s.mean - a.value)"),
          new Sum("percent", false, "sum(100 * abs((a.value - s.mean) / nullif(a.value, 0)))"),
          new Sum("zeros", true, "count(*) FILTER (WHERE a.value = 0)"),
          new Sum(
              "symmetric_percent",
              false,
              """
              sum(CASE WHEN a.value = 0 AND s.mean = 0 THEN 0
                ELSE 200 * abs(a.value - s.mean) / (abs(a.value) + abs(s.mean)) END)\
              """),
          new Sum("scaled", false, "sum(abs(a.value - s.mean) / p.mase_scale)"),
          new Sum(
              "scaled_pairs",
              true,
              "count(*) FILTER (WHERE a.value IS NOT NULL AND p.mase_scale IS NOT NULL)"),
          new Sum(
              "directed",
              true,
              "count(*) FILTER (WHERE sign(s.mean - p.last_value) = sign(a.value - p.last_value))"),
          new Sum(
              "direction_pairs",
              true,
              "count(*) FILTER (WHERE a.value IS NOT NULL AND p.last_value IS NOT NULL)"),
          new Sum("actual_sum", false, "sum(a.value)"),
          new Sum("actual_absolute", false, "sum(abs(a.value))"),
          new Sum(
              "naive_pairs",
              true,
              "count(*) FILTER (WHERE a.value IS NOT NULL AND s.seasonal_naive IS NOT NULL)"),
          new Sum(
              "against_naive",
              false,
              "sum(abs(a.value - s.mean)) FILTER (WHERE s.seasonal_naive IS NOT NULL)"),
          new Sum("naive", false, "sum(abs(a.value - s.seasonal_naive))"),
          new Sum(
              "pinball",
              false,
              """
              sum((SELECT sum(greatest(q.p * (a.value - q.v), (q.p - 1) * (a.value - q.v)))
                FROM (SELECT unnest(p.probabilities) AS p, unnest(s.quantiles) AS v) q))\
              """),
          new Sum(
              "pinball_terms",
              true,
              "sum(cardinality(p.probabilities)) FILTER (WHERE a.value IS NOT NULL)"));

  private static final List<Sum> INTERVAL_SUMS =
      List.of(
          new Sum("pairs", true, "count(*)"),
          new Sum(
              "covered", true, "count(*) FILTER (WHERE b.lower <= a.value AND a.value <= b.upper)"),
          new Sum("width", false, "sum(b.upper - b.lower)"),
          new Sum(
              "score",
              false,
              """
              sum(b.upper - b.lower
                + 2 / (1 - b.level) * (greatest(b.lower - a.value, 0) + greatest(a.value - b.upper, 0)))\
              """));

  /**
   * Joins a step with its central intervals: {@code b (level, lower, upper)}. Arrays are taken
   * apart in a select list: in a FROM clause each step would fill a table of its own with them.
   */
  static final String INTERVALS =
      """
      CROSS JOIN LATERAL (SELECT i.level, s.quantiles[i.lower] AS lower, s.quantiles[i.upper] AS upper
        FROM (SELECT unnest(p.interval_levels) AS level, unnest(p.interval_lowers) AS lower,
          unnest(p.interval_uppers) AS upper) i) b\
      """;

  /** The columns that every table of sums has, in order. */
  static final String NAMES = names(SUMS);

  static final String INTERVAL_NAMES = names(INTERVAL_SUMS);

  /** The sums of joined steps, as {@link #NAMES}. */
  static final String OF_STEPS = ofSteps(SUMS);

  /** The same for whom point forecasts are enough: the quantiles are not looked at. */
  static final String OF_POINTS =
      ofSteps(
          SUMS.stream()
              .map(sum ->
                  sum.name().startsWith("pinball")
                      ? new Sum(sum.name(), sum.whole(), sum.whole() ? "0::bigint" : "0::float8")
                      : sum)
              .toList());

  /** The sums of joined steps and intervals with a known actual, as {@link #INTERVAL_NAMES}. */
  static final String OF_INTERVALS = ofSteps(INTERVAL_SUMS);

  /** Sums of sums, of rows {@code c}. */
  static final String OF_SUMS = ofSums(SUMS);

  static final String OF_INTERVAL_SUMS = ofSums(INTERVAL_SUMS);

  private AccuracySums() {}

  private static String names(List<Sum> sums) {
    return sums.stream().map(Sum::name).collect(Collectors.joining(", "));
  }

  private static String ofSteps(List<Sum> sums) {
    return sums.stream()
        .map(sum -> "coalesce(%s, 0) AS %s".formatted(sum.expression(), sum.name()))
        .collect(Collectors.joining(",\n"));
  }

  private static String ofSums(List<Sum> sums) {
    return sums.stream()
        .map(sum ->
            "coalesce(sum(c.%1$s), 0)%2$s AS %1$s"
                .formatted(sum.name(), sum.whole() ? "::bigint" : ""))
        .collect(Collectors.joining(", "));
  }

  /** The columns of {@code r}, qualified. */
  static String of(String r, String names) {
    return java.util.Arrays.stream(names.split(", ", -1))
        .map(name -> r + "." + name)
        .collect(Collectors.joining(", "));
  }

  /** What the sums of a row come to. */
  static AccuracyFigures figures(Record row, List<IntervalFigures> intervals) {
    long pairs = whole(row, "pairs");
    long zeros = whole(row, "zeros");
    double absolute = real(row, "absolute");
    double rmse = Math.sqrt(real(row, "squared") / pairs);
    boolean hasNaive = whole(row, "naive_pairs") > 0;
    return new AccuracyFigures(
        pairs,
        whole(row, "pending"),
        whole(row, "missing"),
        finite(absolute / pairs),
        finite(rmse),
        finite(real(row, "percent") / (pairs - zeros)),
        zeros,
        finite(real(row, "symmetric_percent") / pairs),
        finite(real(row, "scaled") / whole(row, "scaled_pairs")),
        finite(real(row, "signed") / pairs),
        finite((double) whole(row, "directed") / whole(row, "direction_pairs")),
        finite(real(row, "pinball") / whole(row, "pinball_terms")),
        hasNaive
            ? finite(1 - real(row, "against_naive") / real(row, "naive"))
            : OptionalDouble.empty(),
        finite(100 * rmse / (real(row, "actual_sum") / pairs)),
        finite(100 * absolute / real(row, "actual_absolute")),
        intervals);
  }

  static IntervalFigures interval(Record row) {
    long pairs = whole(row, "pairs");
    return new IntervalFigures(
        real(row, "level"),
        pairs,
        (double) whole(row, "covered") / pairs,
        real(row, "width") / pairs,
        real(row, "score") / pairs);
  }

  /** The intervals of a key by falling level; none for a key without. */
  static List<IntervalFigures> intervalsOf(
      Map<List<Object>, List<IntervalFigures>> intervals, List<Object> key) {
    @Nullable List<IntervalFigures> found = intervals.get(key);
    return found == null ? List.of() : found;
  }

  private static long whole(Record row, String name) {
    return row.get(name, Long.class);
  }

  private static double real(Record row, String name) {
    return row.get(name, Double.class);
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
