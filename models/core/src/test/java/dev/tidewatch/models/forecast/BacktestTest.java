package dev.tidewatch.models.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.PublicData;
import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BacktestTest {
  private static final Grid HOURS = SeasonalNaiveTest.HOURS;

  @Test
  void noForecastChangesWhenTheFutureDoes() {
    for (ForecastFamily family : List.of(new NaiveFamily(), new SeasonalNaiveFamily())) {
      Seeds.forEach(
          12,
          random -> {
            Grid grid = HOURS.withFill(Fill.LINEAR, 0);
            int count = 24 * 30;
            GridWindow past =
                SeasonalNaiveTest.window(
                    grid,
                    count,
                    t ->
                        random.nextInt(6) == 0
                            ? Double.NaN
                            : Math.sin(t / 4.0) + random.nextGaussian());
            int change = count - random.nextInt(1, 120);
            double[] other = past.values();
            for (int t = change; t < count; t++) {
              other[t] = 1e6 * random.nextGaussian();
            }
            var plan =
                new BacktestPlan(
                    random.nextInt(1, 5),
                    144,
                    random.nextInt(1, 13),
                    random.nextInt(0, 30),
                    random.nextInt(2) * 400);
            var before =
                Backtest.run(family, SeasonalNaiveTest.training(past, 12, Map.of()), plan)
                    .origins();
            var after =
                Backtest.run(
                        family,
                        SeasonalNaiveTest.training(
                            GridWindow.of(grid, past.firstIndex(), other), 12, Map.of()),
                        plan)
                    .origins();
            assertThat(after).hasSameSizeAs(before);
            int compared = 0;
            for (int i = 0; i < before.size(); i++) {
              if (before.get(i).forecast().firstIndex() <= past.firstIndex() + change) {
                assertThat(after.get(i).forecast().means())
                    .containsExactly(before.get(i).forecast().means());
                assertThat(after.get(i).forecast().lowers(1))
                    .containsExactly(before.get(i).forecast().lowers(1));
                compared++;
              }
            }
            assertThat(compared).isPositive();
          });
    }
  }

  @Test
  void eachFoldIsFittedOnWhatLiesBeforeItAndItsGap() {
    var ends = new ArrayList<Long>();
    var sizes = new ArrayList<Integer>();
    ForecastFamily spying =
        new ForecastFamily() {
          private final NaiveFamily inner = new NaiveFamily();

          @Override
          public String id() {
            return inner.id();
          }

          @Override
          public Bundle fit(ForecastTraining training) {
            ends.add(training.series().firstEntry().getValue().endIndex());
            sizes.add(training.series().firstEntry().getValue().size());
            return inner.fit(training);
          }

          @Override
          public Forecaster load(Bundle bundle) {
            return inner.load(bundle);
          }
        };
    var training =
        SeasonalNaiveTest.training(SeasonalNaiveTest.window(HOURS, 200, t -> t), 2, Map.of());
    BacktestReport report = Backtest.run(spying, training, new BacktestPlan(3, 60, 10, 5, 100));
    assertThat(ends).containsExactly(1_135L, 1_155L, 1_175L);
    assertThat(sizes).containsExactly(100, 100, 100);
    assertThat(report.origins().stream().map(o -> o.forecast().firstIndex() - 1_000))
        .containsExactly(140L, 150L, 160L, 170L, 180L, 190L);
    assertThat(report.metrics()).containsEntry("origins", 6.0);
    // A line of slope 1 forecast by its last value: errors 1 and 2.
    assertThat(report.metrics()).containsEntry("mae", 1.5);
    assertThat(report.metrics()).containsEntry("bias", -1.5);
    assertThat(report.metrics()).containsEntry("mase", 1.5 / 24);
  }

  @Test
  void metricsAreThoseOfTheOriginsReported() {
    var random = new SplittableRandom(11);
    GridWindow series =
        SeasonalNaiveTest.window(
            HOURS, 24 * 40, t -> 50 + 10 * Math.sin(t / 4.0) + random.nextGaussian());
    BacktestReport report =
        Backtest.run(
            new SeasonalNaiveFamily(),
            SeasonalNaiveTest.training(series, 24, Map.of()),
            BacktestPlan.standard(series.size(), 24));
    double absolute = 0;
    double inside = 0;
    int count = 0;
    for (var origin : report.origins()) {
      for (int step = 0; step < 24; step++) {
        double actual = origin.actual().get(step);
        absolute += Math.abs(actual - origin.forecast().mean(step));
        inside +=
            origin.forecast().lower(1, step) <= actual && actual <= origin.forecast().upper(1, step)
                ? 1
                : 0;
        count++;
      }
    }
    assertThat(report.metrics().get("mae")).isCloseTo(absolute / count, within(1e-9));
    assertThat(report.metrics().get("coverage_90")).isCloseTo(inside / count, within(1e-12));
    assertThat(report.metrics())
        .containsKeys("rmse", "mape", "smape", "mase", "bias", "coverage_50", "interval_score_90");
  }

  @Test
  void tooShortAHistoryIsAnError() {
    var training =
        SeasonalNaiveTest.training(
            SeasonalNaiveTest.window(HOURS, 30, t -> t), 24, Map.of("seasons", "24"));
    assertThatThrownBy(
            () -> Backtest.run(new SeasonalNaiveFamily(), training, BacktestPlan.standard(30, 24)))
        .isInstanceOf(InsufficientHistoryException.class);
    assertThatThrownBy(() -> new BacktestPlan(5, 4, 1, 0, 0))
        .hasMessageContaining("5 folds over 4");
  }

  /**
   * Day-ahead forecasts of the load of 13 PJM zones from each midnight (row divisible by 24) of the
   * newest 60 days. Seasonal naive with season 24 has MASE .844 there by the published definition:
   * mean |error| / mean |x(t) - x(t-24)| of the rows before those days.
   */
  @Test
  void seasonalNaiveReachesTheKnownAccuracyOnPjmLoad() {
    Path file =
        PublicData.file(
            "BacktestTest.seasonalNaiveReachesTheKnownAccuracyOnPjmLoad", "energy/pjm_load.csv.gz");
    var loads = new LinkedHashMap<String, List<Double>>();
    for (String row : PublicData.rows(file)) {
      String[] cells = row.split(",", -1);
      loads.computeIfAbsent(cells[0], zone -> new ArrayList<>()).add(Double.parseDouble(cells[2]));
    }
    var series = new TreeMap<SeriesName, GridWindow>();
    loads.forEach((zone, values) ->
        series.put(
            new SeriesName("pjm/" + zone),
            GridWindow.of(HOURS, 0, values.stream().mapToDouble(Double::doubleValue).toArray())));
    double mase = 0;
    double coverage = 0;
    for (Map.Entry<SeriesName, GridWindow> zone : series.entrySet()) {
      GridWindow load = zone.getValue();
      int testStart = Math.ceilDiv(load.size() - 1_440, 24) * 24;
      var training =
          SeasonalNaiveTest.training(
              new TreeMap<>(Map.of(zone.getKey(), load.slice(0, testStart))),
              24,
              Map.of("seasons", "24"));
      var family = new SeasonalNaiveFamily();
      Forecaster forecaster = family.load(family.fit(training));
      double scale = ForecastErrors.maseScale(load.slice(0, load.size() - 1_440).values(), 24);
      double error = 0;
      double covered = 0;
      int count = 0;
      for (int origin = testStart; origin + 24 <= load.size(); origin += 24) {
        Forecast forecast =
            forecaster.forecast(ForecastInput.of(load.slice(0, origin)), 24, List.of(0.9));
        double[] actual = load.slice(origin, origin + 24).values();
        error += ForecastErrors.mae(actual, forecast.means());
        covered += ForecastErrors.coverage(actual, forecast.lowers(0), forecast.uppers(0));
        count++;
      }
      mase += error / count / scale / series.size();
      coverage += covered / count / series.size();
    }
    assertThat(mase).isCloseTo(0.844, within(0.0006));
    assertThat(coverage).as("90 %% intervals").isBetween(0.85, 0.96);
  }
}
