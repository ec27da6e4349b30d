package dev.tidewatch.models.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AdaptiveIntervalsTest {
  private static final List<Double> LEVELS = List.of(0.5, 0.9);
  private static final int HORIZON = 12;
  private static final int SIZE = 2_400;
  private static final int FIRST = 400;

  /** Noise that is twice as large from the middle on. */
  private static double[] restless(RandomGenerator random) {
    var values = new double[SIZE];
    for (int t = 0; t < SIZE; t++) {
      values[t] = (t < SIZE / 2 ? 1 : 2) * random.nextGaussian();
    }
    return values;
  }

  private static Forecast around(long firstIndex, double half) {
    var mean = new double[HORIZON];
    var bounds = new double[2][2][HORIZON];
    for (int step = 0; step < HORIZON; step++) {
      bounds[0][0][step] = -0.41 * half;
      bounds[0][1][step] = -half;
      bounds[1][0][step] = 0.41 * half;
      bounds[1][1][step] = half;
    }
    return new Forecast(firstIndex, mean, LEVELS, bounds[0], bounds[1]);
  }

  private static List<Forecast> follow(GridWindow series, int stride) {
    AdaptiveIntervals adaptive = AdaptiveIntervals.of(LEVELS, HORIZON, Parameters.NONE);
    var forecasts = new ArrayList<Forecast>();
    for (int at = FIRST; at + HORIZON <= SIZE; at += stride) {
      forecasts.add(adaptive.next(around(series.firstIndex() + at, 1.645), series.slice(0, at)));
    }
    return forecasts;
  }

  private static double coverage(GridWindow series, List<Forecast> forecasts, int level, int from) {
    int inside = 0;
    int count = 0;
    for (Forecast forecast : forecasts) {
      int at = (int) (forecast.firstIndex() - series.firstIndex());
      for (int step = 0; step < HORIZON && at >= from; step++) {
        double actual = series.value(at + step);
        inside +=
            actual >= forecast.lower(level, step) && actual <= forecast.upper(level, step) ? 1 : 0;
        count++;
      }
    }
    return (double) inside / count;
  }

  @Test
  void followWhatTheSeriesDoes() {
    Seeds.forEach(
        5,
        random -> {
          GridWindow series = SeasonalNaiveTest.window(SeasonalNaiveTest.HOURS, SIZE, t -> 0);
          series = GridWindow.of(SeasonalNaiveTest.HOURS, series.firstIndex(), restless(random));
          for (int stride : new int[] {1, 5, 12}) {
            List<Forecast> forecasts = follow(series, stride);
            assertThat(coverage(series, forecasts, 1, 1_800)).isBetween(0.8, 0.95);
            assertThat(coverage(series, forecasts, 0, 1_800)).isBetween(0.33, 0.6);
          }
          assertThat(
                  coverage(series, List.of(around(series.firstIndex() + 2_000, 1.645)), 1, 1_800))
              .isLessThan(0.7);
        });
  }

  @Test
  void nothingAtOrAfterTheOriginMatters() {
    Seeds.forEach(
        10,
        random -> {
          double[] values = restless(random);
          int change = random.nextInt(FIRST, SIZE);
          double[] other = values.clone();
          for (int t = change; t < SIZE; t++) {
            other[t] = 1e6;
          }
          List<Forecast> before = follow(GridWindow.of(SeasonalNaiveTest.HOURS, 0, values), 3);
          List<Forecast> after = follow(GridWindow.of(SeasonalNaiveTest.HOURS, 0, other), 3);
          boolean differs = false;
          for (int i = 0; i < before.size(); i++) {
            if (before.get(i).firstIndex() <= change) {
              assertThat(after.get(i).uppers(1)).containsExactly(before.get(i).uppers(1));
              assertThat(after.get(i).lowers(0)).containsExactly(before.get(i).lowers(0));
            } else {
              differs |= after.get(i).upper(1, 0) > before.get(i).upper(1, 0);
            }
          }
          assertThat(differs || change > SIZE - 2 * HORIZON).isTrue();
        });
    AdaptiveIntervals adaptive = AdaptiveIntervals.of(LEVELS, HORIZON, Parameters.NONE);
    GridWindow known = GridWindow.of(SeasonalNaiveTest.HOURS, 0, new double[10]);
    assertThatThrownBy(() -> adaptive.next(around(9, 1), known))
        .hasMessageContaining("known up to interval 10, after the forecast's first, 9");
    adaptive.next(around(10, 1), known);
    assertThatThrownBy(() -> adaptive.next(around(9, 1), known.slice(0, 9)))
        .hasMessageContaining("origins go back");
  }

  @Test
  void missingValuesAndIntervalsWithoutWidthTeachNothing() {
    AdaptiveIntervals adaptive = AdaptiveIntervals.of(LEVELS, HORIZON, Parameters.NONE);
    GridWindow missing =
        SeasonalNaiveTest.window(SeasonalNaiveTest.HOURS, 40, t -> t < 20 ? 9 : Double.NaN);
    long first = missing.firstIndex();
    adaptive.next(around(first + 8, 0), missing.slice(0, 8));
    adaptive.next(around(first + 20, 1), missing.slice(0, 20));
    assertThat(adaptive.next(around(first + 40, 1), missing).upper(1, 3)).isEqualTo(1);
  }

  @Test
  void aBacktestTellsBothAndABundleRecordsTheRates() {
    GridWindow series =
        SeasonalNaiveTest.window(
            SeasonalNaiveTest.HOURS,
            24 * 60,
            t -> Math.sin(t * Math.PI / 12) + (t > 1_200 ? 4 : 1) * Math.sin(t * t * 0.37));
    var family = new SeasonalNaiveFamily();
    var metrics =
        Backtest.run(
                family,
                SeasonalNaiveTest.training(series, 24, Map.of()),
                new BacktestPlan(2, 600, 1, 0, 0))
            .metrics();
    assertThat(metrics)
        .containsKeys("coverage_90", "adaptive_coverage_90", "adaptive_interval_score_90");
    assertThat(Math.abs(metrics.getOrDefault("adaptive_coverage_90", 0.0) - 0.9))
        .isLessThan(Math.abs(metrics.getOrDefault("coverage_90", 0.0) - 0.9));
    var still =
        SeasonalNaiveTest.training(
            series, 24, Map.of("interval_rate", "0", "interval_rate_shared", "0"));
    var unmoved = Backtest.run(family, still, new BacktestPlan(2, 600, 7, 0, 0)).metrics();
    assertThat(unmoved.get("adaptive_coverage_90")).isEqualTo(unmoved.get("coverage_90"));
    assertThat(family.fit(still).manifest().parameters().text("interval_rate", "missing"))
        .isEqualTo("0.0");
  }
}
