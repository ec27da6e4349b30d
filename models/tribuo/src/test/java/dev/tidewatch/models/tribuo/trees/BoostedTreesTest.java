package dev.tidewatch.models.tribuo.trees;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.forecast.Backtest;
import dev.tidewatch.models.forecast.BacktestPlan;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.Covariate;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.forecast.SeasonalNaiveFamily;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.features.FeatureRecipe;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoostedTreesTest {
  private static final BoostedTreesFamily FAMILY = new BoostedTreesFamily();
  private static final Parameters SMALL =
      Parameters.of(Map.of("trees_max", "40", "rows_max", "1500", "learning_rate", "0.2"));
  private static final List<Double> LEVELS = List.of(0.9);

  private static SortedMap<SeriesName, GridWindow> loads(int days) {
    return new TreeMap<>(
        Map.of(
            new SeriesName("house/a"), MadeUpSeries.load(1, days, 1),
            new SeriesName("house/b"), MadeUpSeries.load(2, days, 1_000),
            new SeriesName("house/c"), MadeUpSeries.load(3, days, 0.01)));
  }

  private static ForecastTraining loadTraining(int days) {
    return MadeUpSeries.training(loads(days), 24, SMALL);
  }

  private static double metric(BacktestReport report, String name) {
    return requireNonNull(report.metrics().get(name), name);
  }

  @Test
  void forecastsSeriesOfAnySizeBetterThanTheSeasonalNaive() {
    ForecastTraining training = loadTraining(70);
    var plan = new BacktestPlan(1, 24 * 10, 7, 0, 0);
    BacktestReport trees = Backtest.run(FAMILY, training, plan);
    BacktestReport naive =
        Backtest.run(
            new SeasonalNaiveFamily(),
            MadeUpSeries.training(training.series(), 24, Parameters.NONE),
            plan);
    assertThat(metric(trees, "mase")).isLessThan(0.9 * metric(naive, "mase"));
    assertThat(metric(trees, "coverage_90")).isBetween(0.82, 0.97);
    assertThat(metric(trees, "interval_score_90")).isLessThan(metric(naive, "interval_score_90"));
  }

  @Test
  void servesASeriesThatItHasNeverSeen() {
    Forecaster forecaster = FAMILY.load(FAMILY.fit(loadTraining(50)));
    GridWindow other = MadeUpSeries.load(77, 60, 12_345);
    int origin = 24 * 55;
    Forecast forecast = forecaster.forecast(ForecastInput.of(other.slice(0, origin)), 24, LEVELS);
    double error = 0;
    int count = 0;
    for (int step = 0; step < 24; step++) {
      if (!other.isMissing(origin + step)) {
        error += Math.abs(other.value(origin + step) - forecast.mean(step));
        count++;
      }
    }
    assertThat(error / count).isLessThan(12_345 * 0.8);
    assertThat(forecast.firstIndex()).isEqualTo(origin);
    // What is longer than the model's history changes nothing.
    assertThat(
            forecaster
                .forecast(
                    ForecastInput.of(
                        other.slice(0, origin).last(forecaster.manifest().historyIntervals())),
                    24,
                    LEVELS)
                .mean(23))
        .isEqualTo(forecast.mean(23));
  }

  @Test
  void aBundleHoldsAllThatServingNeeds() {
    Bundle bundle = FAMILY.fit(loadTraining(40));
    Bundle read = Bundle.read(bundle.toBytes(), BundleLimits.DEFAULT);
    assertThat(read.manifest().roles()).containsExactly(Role.TARGET);
    assertThat(FeatureRecipe.parse(read.manifest().featureRecipe()).size()).isGreaterThan(20);
    assertThat(read.manifest().parameters().text("seasons", "")).isEqualTo("24,168");
    GridWindow window = MadeUpSeries.load(5, 30, 3);
    Forecaster loaded = FAMILY.load(read);
    Forecast first = FAMILY.load(bundle).forecast(ForecastInput.of(window), 24, LEVELS);
    Forecast second = loaded.forecast(ForecastInput.of(window), 24, LEVELS);
    for (int step = 0; step < 24; step++) {
      assertThat(second.mean(step)).isEqualTo(first.mean(step));
      assertThat(second.upper(0, step)).isEqualTo(first.upper(0, step));
    }
    SortedMap<String, String> explanation = loaded.explanation(new SeriesName("any"));
    assertThat(explanation).containsKeys("baseline", "trees", "validation_error", "importance_01");
    assertThat(Integer.parseInt(explanation.getOrDefault("trees", ""))).isBetween(2, 40);
  }

  @Test
  void theSameDataAndSeedGiveTheSameBytes() {
    assertThat(FAMILY.fit(loadTraining(30)).sha256())
        .isEqualTo(FAMILY.fit(loadTraining(30)).sha256());
  }

  @Test
  void treesForEachStepWorkToo() {
    ForecastTraining training =
        MadeUpSeries.training(
            loads(40), 3, SMALL.with("strategy", "direct").with("trees_max", "20"));
    Forecaster forecaster = FAMILY.load(FAMILY.fit(training));
    Forecast forecast =
        forecaster.forecast(ForecastInput.of(MadeUpSeries.load(1, 20, 1)), 3, LEVELS);
    assertThat(forecast.mean(2)).isBetween(8.0, 17.0);
  }

  @Test
  void aCovariateTellsWhatThePastOfTheTargetDoesNot() {
    var plan = new BacktestPlan(1, 300, 1, 0, 0);
    double told =
        metric(Backtest.run(FAMILY, MadeUpSeries.drivenBy(4, 1_500, true, SMALL), plan), "mae");
    double untold =
        metric(Backtest.run(FAMILY, MadeUpSeries.drivenBy(4, 1_500, false, SMALL), plan), "mae");
    assertThat(untold).isGreaterThan(4.2);
    assertThat(told).isLessThan(1.6);

    Bundle bundle = FAMILY.fit(MadeUpSeries.drivenBy(4, 1_500, true, SMALL));
    assertThat(bundle.manifest().roles())
        .containsExactly(Role.TARGET, new Role("valve", Role.Kind.COVARIATE));
    assertThat(bundle.manifest().trainingWindow().series())
        .containsExactly(new SeriesName("plant/output"), new SeriesName("plant/valve"));
    assertThat(FAMILY.load(bundle).explanation(new SeriesName("plant/output")))
        .hasEntrySatisfying(
            "importance_01", text -> assertThat(text).startsWith("lag(valve,0) 0."));
  }

  @Test
  void pricesAreForecastFromFifteenFeatures() {
    ForecastTraining training =
        MadeUpSeries.market(8, 900, SMALL.with("features", "prices").with("depth", "3"));
    var plan = new BacktestPlan(1, 180, 1, 0, 0);
    double trees = metric(Backtest.run(FAMILY, training, plan), "mase");
    double newest =
        metric(
            Backtest.run(
                new SeasonalNaiveFamily(),
                MadeUpSeries.training(training.series(), 1, Parameters.of(Map.of("seasons", "1"))),
                plan),
            "mase");
    assertThat(trees).isLessThan(0.85 * newest);
    Bundle bundle = FAMILY.fit(training);
    assertThat(bundle.manifest().featureRecipe()).hasSize(16).contains("mean(sentiment,3)");
    assertThat(bundle.manifest().roles().stream().map(Role::name))
        .containsExactly("target", "sentiment", "social", "volume");
    assertThat(FAMILY.load(bundle).explanation(new SeriesName("market/acorn")).values())
        .anyMatch(text -> text.startsWith("mean(sentiment,3) 0.") || text.contains("sentiment"));
  }

  /** Everything after the first origins changes, and nothing that they forecast does. */
  @Test
  void backTestsDoNotSeeTheFuture() {
    ForecastTraining training = MadeUpSeries.market(8, 400, SMALL.with("features", "prices"));
    var plan = new BacktestPlan(2, 80, 20, 0, 0);
    long changeFrom = 20_000 + 400 - 40;
    ForecastTraining changed = changedFrom(training, changeFrom);
    List<BacktestReport.Origin> before = Backtest.run(FAMILY, training, plan).origins();
    List<BacktestReport.Origin> after = Backtest.run(FAMILY, changed, plan).origins();
    int compared = 0;
    for (int i = 0; i < before.size(); i++) {
      Forecast forecast = before.get(i).forecast();
      if (forecast.firstIndex() <= changeFrom) {
        assertThat(after.get(i).forecast().mean(0)).isEqualTo(forecast.mean(0));
        assertThat(after.get(i).forecast().upper(0, 0)).isEqualTo(forecast.upper(0, 0));
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(6);
    assertThat(before.getLast().forecast().mean(0))
        .isNotEqualTo(after.getLast().forecast().mean(0));
  }

  private static ForecastTraining changedFrom(ForecastTraining training, long index) {
    var random = new SplittableRandom(1);
    var series = new TreeMap<SeriesName, GridWindow>();
    training.series().forEach((name, window) -> series.put(name, changed(window, index, random)));
    var covariates = new TreeMap<SeriesName, SortedMap<String, Covariate>>();
    training
        .covariates()
        .forEach((name, own) -> {
          var others = new TreeMap<String, Covariate>();
          own.forEach((role, covariate) ->
              others.put(
                  role,
                  new Covariate(covariate.series(), changed(covariate.window(), index, random))));
          covariates.put(name, others);
        });
    return MadeUpSeries.training(series, training.horizon(), training.parameters())
        .withCovariates(covariates);
  }

  private static GridWindow changed(GridWindow window, long index, SplittableRandom random) {
    double[] values = window.values();
    for (int t = Math.toIntExact(index - window.firstIndex()); t < values.length; t++) {
      values[t] = values[t] * random.nextDouble(0.2, 5);
    }
    return GridWindow.of(window.grid(), window.firstIndex(), values);
  }

  @Test
  void aSeriesThatDoesNotMoveStaysWhereItIs() {
    Forecaster forecaster = FAMILY.load(FAMILY.fit(loadTraining(30)));
    var still = new double[400];
    Arrays.fill(still, 7);
    Forecast forecast =
        forecaster.forecast(
            ForecastInput.of(GridWindow.of(MadeUpSeries.HOURS, 0, still)), 24, LEVELS);
    assertThat(forecast.mean(0)).isEqualTo(7);
    assertThat(forecast.lower(0, 23)).isEqualTo(7);
  }

  @Test
  void unsuitableInputIsRefused() {
    assertThatThrownBy(() -> FAMILY.fit(loadTraining(2)))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("rows to learn from");
    assertThatThrownBy(
            () -> FAMILY.fit(MadeUpSeries.training(loads(20), 1, SMALL.with("features", "prices"))))
        .hasMessageContaining("covariate 'sentiment', which series house/a does not have");
    assertThatThrownBy(
            () -> FAMILY.fit(MadeUpSeries.training(loads(20), 1, SMALL.with("depht", "3"))))
        .hasMessageContaining("depht");
    Bundle bundle = FAMILY.fit(MadeUpSeries.training(loads(20), 1, SMALL));
    Forecaster forecaster = FAMILY.load(bundle);
    GridWindow window = MadeUpSeries.load(1, 10, 1);
    assertThatThrownBy(() -> forecaster.forecast(ForecastInput.of(window), 2, LEVELS))
        .hasMessageContaining("1 to 1 steps");
    assertThatThrownBy(() -> forecaster.forecast(ForecastInput.of(window.last(5)), 1, LEVELS))
        .isInstanceOf(InsufficientHistoryException.class);
    Grid other = MadeUpSeries.DAYS;
    assertThatThrownBy(() ->
            forecaster.forecast(
                ForecastInput.of(GridWindow.of(other, 0, window.values())), 1, LEVELS))
        .hasMessageContaining("the model on");
    Bundle damaged =
        Bundle.of(bundle.manifest(), Map.of(BoostedTreesFamily.PAYLOAD, new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> FAMILY.load(damaged)).isInstanceOf(BundleException.class);
  }
}
