package dev.tidewatch.models.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SeasonalNaiveTest {
  static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private static final double NAN = Double.NaN;
  private static final SeriesName A = new SeriesName("a");
  private static final List<Double> LEVELS = List.of(0.5, 0.9);

  static GridWindow window(Grid grid, int count, IntToDoubleFunction value) {
    var values = new double[count];
    Arrays.setAll(values, value);
    return GridWindow.of(grid, 1_000, values);
  }

  static ForecastTraining training(
      SortedMap<SeriesName, GridWindow> series, int horizon, Map<String, String> parameters) {
    return new ForecastTraining(
        series,
        horizon,
        LEVELS,
        Parameters.of(parameters),
        new Provenance("00".repeat(32), "test", 7),
        TrainingProgress.SILENT);
  }

  static ForecastTraining training(GridWindow window, int horizon, Map<String, String> parameters) {
    return training(new TreeMap<>(Map.of(A, window)), horizon, parameters);
  }

  private static Forecaster fitAndLoad(ForecastFamily family, ForecastTraining training) {
    Bundle saved = Bundle.read(family.fit(training).toBytes(), BundleLimits.DEFAULT);
    return ModelFamilies.core().loadForecaster(saved);
  }

  @Test
  void repeatsTheLastSeason() {
    // Hyndman and Athanasopoulos 2021, 5.2: the forecast for T+h is y(T + h - m(k+1)), k =
    // floor((h-1)/m).
    double[] history = {1, 2, 3, 4, 5, 6, 7};
    assertThat(SeasonalMeans.forecast(history, new int[] {3}, 7))
        .containsExactly(5, 6, 7, 5, 6, 7, 5);
    assertThat(SeasonalMeans.forecast(history, new int[] {1}, 2)).containsExactly(7, 7);
    assertThat(SeasonalMeans.forecast(history, new int[] {1, 3}, 3)).containsExactly(6, 6.5, 7);
  }

  @Test
  void gapsAreBridgedBySeasonsFurtherBack() {
    double[] history = {1, 2, 3, 4, NAN, 6, 7, NAN, 9};
    assertThat(SeasonalMeans.forecast(history, new int[] {3}, 3)).containsExactly(7, 2, 9);
    assertThat(SeasonalMeans.forecast(new double[] {NAN, 5, NAN}, new int[] {3}, 3))
        .containsExactly(5, 5, 5);
    assertThat(SeasonalMeans.forecast(new double[] {NAN, NAN}, new int[] {1}, 1))
        .containsExactly(NAN);
  }

  @Test
  void choosesTheSeasonThatTheSeriesHas() {
    Seeds.forEach(
        5,
        random -> {
          var weekly = noisyWeek(random);
          assertThat(
                  chosen(
                      window(HOURS, 24 * 7 * 8, t -> 10 * weekly[t % 168] + random.nextGaussian())))
              .isEqualTo("168");
          assertThat(
                  chosen(
                      window(
                          HOURS,
                          24 * 7 * 8,
                          t ->
                              10 * weekly[t % 24]
                                  + 30 * Math.sin(t / 300.0)
                                  + 0.1 * random.nextGaussian())))
              .isEqualTo("24");
          assertThat(
                  chosen(
                      window(
                          HOURS, 24 * 7 * 8, t -> 10 * weekly[t % 24] + 5 * random.nextGaussian())))
              .as("two noisy copies are better than one")
              .isEqualTo("24+168");
        });
  }

  private static double[] noisyWeek(RandomGenerator random) {
    var week = new double[168];
    Arrays.setAll(week, t -> random.nextGaussian());
    return week;
  }

  private static String chosen(GridWindow window) {
    return new SeasonalNaiveFamily()
        .fit(training(window, 24, Map.of()))
        .manifest()
        .parameters()
        .text("chosen_seasons", "");
  }

  @Test
  void intervalsCoverWhatTheyPromiseOnDataNotSeen() {
    var covered = new double[2];
    var count = new int[1];
    Seeds.forEach(
        6,
        random -> {
          GridWindow all =
              window(HOURS, 24 * 60, t -> 20 * Math.sin(t * Math.PI / 12) + random.nextGaussian());
          Forecaster forecaster =
              fitAndLoad(new SeasonalNaiveFamily(), training(all.slice(0, 24 * 40), 24, Map.of()));
          for (int origin = 24 * 40; origin + 24 <= all.size(); origin += 5) {
            Forecast forecast =
                forecaster.forecast(ForecastInput.of(all.slice(0, origin)), 24, LEVELS);
            assertThat(forecast.firstIndex()).isEqualTo(1_000 + origin);
            for (int step = 0; step < 24; step++) {
              for (int level = 0; level < 2; level++) {
                double actual = all.value(origin + step);
                covered[level] +=
                    forecast.lower(level, step) <= actual && actual <= forecast.upper(level, step)
                        ? 1
                        : 0;
              }
              count[0]++;
            }
          }
        });
    assertThat(covered[0] / count[0]).isCloseTo(0.5, within(0.03));
    assertThat(covered[1] / count[0]).isCloseTo(0.9, within(0.02));
  }

  @Test
  void oneModelServesSeriesOfAnySize() {
    Seeds.forEach(
        2,
        random -> {
          GridWindow small =
              window(HOURS, 24 * 40, t -> Math.sin(t * Math.PI / 12) + 0.1 * random.nextGaussian());
          double[] thousandfold = Arrays.stream(small.values()).map(v -> 1_000 * v + 5).toArray();
          Forecaster forecaster =
              fitAndLoad(new SeasonalNaiveFamily(), training(small, 24, Map.of("seasons", "24")));
          Forecast one = forecaster.forecast(ForecastInput.of(small), 24, List.of(0.9));
          Forecast other =
              forecaster.forecast(
                  ForecastInput.of(GridWindow.of(HOURS, 1_000, thousandfold)), 24, List.of(0.9));
          for (int step = 0; step < 24; step++) {
            assertThat(other.mean(step)).isCloseTo(1_000 * one.mean(step) + 5, within(1e-6));
            assertThat(other.upper(0, step))
                .isCloseTo(1_000 * one.upper(0, step) + 5, within(1e-6));
          }
        });
  }

  @Test
  void absoluteIntervalsAreThoseOfTheTextbook() {
    // Alternating +1 and -1 around a season: every residual of season 2 is 0, of season 1 is 2.
    GridWindow series = window(HOURS, 100, t -> t % 2);
    Forecaster naive =
        fitAndLoad(new NaiveFamily(), training(series, 2, Map.of("interval_scale", "absolute")));
    Forecast forecast = naive.forecast(ForecastInput.of(series), 2, List.of(0.9));
    assertThat(forecast.means()).containsExactly(1, 1);
    assertThat(forecast.lowers(0)).containsExactly(0, 1);
    assertThat(forecast.uppers(0)).containsExactly(2, 1);
  }

  @Test
  void sameInputGivesTheSameBundleAndOtherInputAnother() {
    var random = new SplittableRandom(3);
    GridWindow series = window(HOURS, 24 * 30, t -> random.nextGaussian());
    ForecastTraining training = training(series, 12, Map.of());
    var family = new SeasonalNaiveFamily();
    var plan = BacktestPlan.standard(series.size(), 12);
    assertThat(Backtest.fitWithMetrics(family, training, plan).sha256())
        .isEqualTo(Backtest.fitWithMetrics(family, training, plan).sha256());
    assertThat(family.fit(training(series.slice(0, 700), 12, Map.of())).sha256())
        .isNotEqualTo(family.fit(training).sha256());
  }

  @Test
  void fillRuleOfTheGridIsAppliedToTheWindow() {
    Grid filling = HOURS.withFill(Fill.PREVIOUS, 0);
    GridWindow series = window(filling, 24 * 20, t -> t % 24);
    Forecaster forecaster =
        fitAndLoad(new SeasonalNaiveFamily(), training(series, 3, Map.of("seasons", "24")));
    double[] gappy = series.values();
    gappy[gappy.length - 23] = NAN;
    Forecast forecast =
        forecaster.forecast(ForecastInput.of(GridWindow.of(filling, 1_000, gappy)), 3, List.of());
    assertThat(forecast.means()).as("step 2 saw the filled value").containsExactly(0, 0, 2);
  }

  @Test
  void tellsWhatItLacks() {
    var family = new SeasonalNaiveFamily();
    GridWindow tiny = window(HOURS, 10, t -> t);
    assertThatThrownBy(() -> family.fit(training(tiny, 24, Map.of())))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("10 intervals");
    Forecaster forecaster =
        fitAndLoad(
            family, training(window(HOURS, 24 * 20, t -> t % 24), 24, Map.of("seasons", "24")));
    assertThatThrownBy(() -> forecaster.forecast(ForecastInput.of(tiny), 24, LEVELS))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("at least 24");
    assertThatThrownBy(
            () -> forecaster.forecast(ForecastInput.of(window(HOURS, 48, t -> NAN)), 24, LEVELS))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("all 48 intervals");
    assertThatThrownBy(
            () -> forecaster.forecast(ForecastInput.of(window(HOURS, 48, t -> t)), 25, LEVELS))
        .hasMessageContaining("horizon is 25");
    assertThatThrownBy(() ->
            forecaster.forecast(ForecastInput.of(window(HOURS, 48, t -> t)), 24, List.of(1.0)))
        .hasMessageContaining("level");
    Grid minutes = Grid.ofStep(Duration.ofMinutes(1));
    assertThatThrownBy(
            () -> forecaster.forecast(ForecastInput.of(window(minutes, 48, t -> t)), 24, LEVELS))
        .hasMessageContaining("grid");
  }

  @Test
  void parametersAreChecked() {
    GridWindow series = window(HOURS, 24 * 20, t -> t % 24);
    var family = new SeasonalNaiveFamily();
    assertThatThrownBy(() -> family.fit(training(series, 2, Map.of("saisons", "24"))))
        .hasMessageContaining("parameter saisons is unknown");
    assertThatThrownBy(() -> family.fit(training(series, 2, Map.of("seasons", "24+x"))))
        .hasMessageContaining("'24+x'");
    assertThatThrownBy(() -> family.fit(training(series, 2, Map.of("seasons", "0"))))
        .hasMessageContaining("1 to 100000");
    assertThatThrownBy(() -> family.fit(training(series, 2, Map.of("interval_scale", "wide"))))
        .hasMessageContaining("relative, absolute");
    assertThatThrownBy(() -> new NaiveFamily().fit(training(series, 2, Map.of("seasons", "24"))))
        .hasMessageContaining("seasons is unknown");
    var two = new TreeMap<>(Map.of(A, series, new SeriesName("b"), series));
    assertThatThrownBy(() -> family.fit(training(two, 2, Map.of("interval_scale", "absolute"))))
        .hasMessageContaining("one series");
  }

  @Test
  void constantSeriesGetIntervalsOfNoWidth() {
    GridWindow flat = window(HOURS, 24 * 20, t -> 5);
    Forecast forecast =
        fitAndLoad(new SeasonalNaiveFamily(), training(flat, 4, Map.of()))
            .forecast(ForecastInput.of(flat), 4, List.of(0.9));
    assertThat(forecast.lowers(0)).containsOnly(5);
    assertThat(forecast.uppers(0)).containsOnly(5);
  }

  @Test
  void progressCanCancel() {
    GridWindow series = window(HOURS, 24 * 20, t -> t % 24);
    var seen = new ArrayList<String>();
    var training =
        new ForecastTraining(
            new TreeMap<>(Map.of(A, series)),
            4,
            LEVELS,
            Parameters.NONE,
            new Provenance("00".repeat(32), "test", 7),
            (stage, fraction) -> {
              seen.add(stage);
              if (stage.equals("calibrate")) {
                throw new CancellationException("enough");
              }
            });
    assertThatThrownBy(() -> new SeasonalNaiveFamily().fit(training))
        .isInstanceOf(CancellationException.class);
    assertThat(seen).contains("choose", "calibrate");
  }

  @Test
  void bundlesOfOtherFamiliesAreRefused() {
    Bundle bundle = new NaiveFamily().fit(training(window(HOURS, 48, t -> t), 1, Map.of()));
    assertThatThrownBy(() -> ModelFamilies.core().loadDetector(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("FORECAST");
    var none = new ModelFamilies(List.of(), List.of());
    assertThatThrownBy(() -> none.loadForecaster(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("no FORECAST family naive");
    assertThatThrownBy(
            () -> new ModelFamilies(List.of(new NaiveFamily(), new NaiveFamily()), List.of()))
        .hasMessageContaining("naive");
  }
}
