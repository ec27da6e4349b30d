package dev.tidewatch.models.forecast.smoothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SmoothingMethodsTest {
  private static final Grid GRID = Grid.ofStep(Duration.ofHours(1));
  private static final int HORIZON = 12;
  private static final int SEASON = 6;

  static Stream<PointMethod> methods() {
    return SmoothingMethods.all().stream();
  }

  private static PointMethod method(String id) {
    return methods().filter(method -> method.id().equals(id)).findFirst().orElseThrow();
  }

  private static PointSettings settings(Map<String, String> parameters, Integer... seasons) {
    return new PointSettings(
        GRID, HORIZON, Seasons.of(seasons), Parameters.of(parameters), 1, TrainingProgress.SILENT);
  }

  private static GridWindow window(double... values) {
    return GridWindow.of(GRID, 500, values);
  }

  private static PointModel fit(PointMethod method, GridWindow history, PointSettings settings) {
    return method.fit(List.of(history), settings);
  }

  /** A season, a trend and noise, at any level and scale. */
  private static double[] values(RandomGenerator random, int n, double offset) {
    double scale = Math.pow(10, random.nextInt(-3, 4));
    double slope = random.nextDouble(-0.05, 0.05);
    var values = new double[n];
    for (int t = 0; t < n; t++) {
      double season = 3 * Math.sin(2 * Math.PI * t / SEASON);
      values[t] = scale * (offset + slope * t + season + random.nextGaussian());
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("methods")
  void savedAndLoadedIsTheSameModel(PointMethod method) {
    Seeds.forEach(
        5,
        random -> {
          GridWindow history = window(values(random, 90, random.nextInt(-5, 20)));
          PointSettings settings = settings(Map.of(), SEASON);
          PointModel fitted = fit(method, history, settings);
          byte[] bytes = fitted.save().toBytes();
          PointModel loaded = method.load(ModelArrays.read(bytes), settings);
          assertThat(loaded.forecast(history, HORIZON))
              .isEqualTo(fitted.forecast(history, HORIZON));
          assertThat(loaded.explanation()).isEqualTo(fitted.explanation());
          assertThat(loaded.save().toBytes()).isEqualTo(bytes);
          assertThat(fit(method, history, settings).save().toBytes()).isEqualTo(bytes);
        });
  }

  @ParameterizedTest
  @MethodSource("methods")
  void allWindowsFromTheLeastOnGetFiniteForecasts(PointMethod method) {
    Seeds.forEach(
        5,
        random -> {
          double[] values = values(random, 120, random.nextInt(-5, 20));
          PointModel model =
              fit(method, window(Arrays.copyOf(values, 80)), settings(Map.of(), SEASON));
          for (int end : new int[] {model.historyIntervalsMin(), 40, 79, 80, 81, 120}) {
            GridWindow seen = window(Arrays.copyOf(values, end)).last(model.historyIntervals());
            double[] ahead = model.forecast(seen, HORIZON);
            assertThat(ahead).hasSize(HORIZON);
            assertThat(Arrays.stream(ahead).allMatch(Double::isFinite)).isTrue();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aConstantGoesOnAndALineIsNotLost(PointMethod method) {
    var constant = new double[60];
    Arrays.fill(constant, 7);
    PointModel model = fit(method, window(constant), settings(Map.of(), SEASON));
    for (double value : model.forecast(window(constant), HORIZON)) {
      assertThat(value).isCloseTo(7, within(1e-6));
    }
    var zeros = new double[60];
    PointModel ofZeros = fit(method, window(zeros), settings(Map.of(), SEASON));
    for (double value : ofZeros.forecast(window(zeros), HORIZON)) {
      assertThat(value).isCloseTo(0, within(1e-9));
    }
  }

  /** Where a season of six stands far above the noise, all but drift follow it. */
  @ParameterizedTest
  @MethodSource("methods")
  void theSeasonIsFollowed(PointMethod method) {
    var values = new double[96];
    for (int t = 0; t < values.length; t++) {
      values[t] = 50 + 20 * Math.sin(2 * Math.PI * t / SEASON) + ((t * 7919) % 101 - 50) / 50.0;
    }
    double[] ahead =
        fit(method, window(values), settings(Map.of(), SEASON)).forecast(window(values), HORIZON);
    double error = 0;
    for (int step = 0; step < HORIZON; step++) {
      double expected = 50 + 20 * Math.sin(2 * Math.PI * (96 + step) / SEASON);
      error += Math.abs(ahead[step] - expected) / HORIZON;
    }
    if (method.id().equals("drift")) {
      assertThat(error).isGreaterThan(5);
    } else {
      assertThat(error).isLessThan(3);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void tooFewValuesAreToldOrServed(PointMethod method) {
    for (int n = 1; n < 12; n++) {
      GridWindow few = window(Arrays.copyOf(new double[] {3, 4, 3, 5, 4, 6, 5, 6, 4, 7, 5, 8}, n));
      try {
        PointModel model = fit(method, few, settings(Map.of(), SEASON));
        if (n >= model.historyIntervalsMin()) {
          assertThat(Arrays.stream(model.forecast(few, HORIZON)).allMatch(Double::isFinite))
              .as("%s of %d values", method.id(), n)
              .isTrue();
        }
      } catch (InsufficientHistoryException e) {
        assertThat(n).isLessThan(9);
        assertThat(e).hasMessageContaining("values");
      }
    }
  }

  /** A served window that has moved past the fit goes on from the fit's own state. */
  @Test
  void etsGoesOnFromTheEndOfItsFit() {
    Seeds.forEach(
        5,
        random -> {
          double[] values = values(random, 150, 30);
          PointSettings settings = settings(Map.of("form", "A,N,A"), SEASON);
          PointModel model = fit(method("ets"), window(Arrays.copyOf(values, 120)), settings);
          double[] all = model.forecast(window(values), HORIZON);
          GridWindow later = window(values).last(60);
          assertThat(model.forecast(later, HORIZON)).isEqualTo(all);
          // A window behind the fit starts on its own and comes close.
          double[] own = model.forecast(window(values).last(25), HORIZON);
          double spread =
              Arrays.stream(values).max().orElse(0) - Arrays.stream(values).min().orElse(0);
          for (int step = 0; step < HORIZON; step++) {
            assertThat(own[step]).isCloseTo(all[step], within(spread / 2));
          }
        });
  }

  @Test
  void valuesAtOrBelowZeroTurnRatiosToDifferences() {
    var values = new double[96];
    for (int t = 0; t < values.length; t++) {
      values[t] = 40 + t + (20 + t / 4.0) * Math.sin(2 * Math.PI * t / SEASON) + (t * 7919) % 5;
    }
    double[] sunk = values.clone();
    for (int t = 60; t < sunk.length; t++) {
      sunk[t] -= 150;
    }
    for (PointMethod method : SmoothingMethods.all()) {
      PointModel model = fit(method, window(values), settings(Map.of(), SEASON));
      double[] ahead = model.forecast(window(sunk), HORIZON);
      assertThat(Arrays.stream(ahead).allMatch(Double::isFinite)).as(method.id()).isTrue();
      assertThat(Arrays.stream(ahead).max().orElse(0)).as(method.id()).isLessThan(400);
    }
  }

  @Test
  void mstlTakesAnyRestAndNamesTheKnownOnes() {
    GridWindow history = window(values(new SplittableRandom(4), 120, 40));
    for (String rest : List.of("ets", "drift", "theta", "naive2")) {
      PointModel model =
          fit(method("mstl"), history, settings(Map.of("rest", rest, "transform", "none"), SEASON));
      assertThat(model.explanation()).containsEntry("rest", rest).containsEntry("seasons", "6");
    }
    assertThatThrownBy(
            () -> fit(method("mstl"), history, settings(Map.of("rest", "magic"), SEASON)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dynamic-theta");
  }

  @Test
  void mstlRefusesAnEvenWindow() {
    GridWindow history = window(values(new SplittableRandom(4), 120, 40));
    assertThatThrownBy(
            () -> fit(method("mstl"), history, settings(Map.of("season_window", "8"), SEASON)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("odd");
  }

  @Test
  void aSeasonThatGrowsWithTheLevelGetsLogarithms() {
    var growing = new double[120];
    var steady = new double[120];
    for (int t = 0; t < growing.length; t++) {
      double noise = ((t * 7919) % 101 - 50) / 50.0;
      double shape = Math.sin(2 * Math.PI * t / SEASON);
      growing[t] = Math.exp(1 + 0.03 * t + 0.4 * shape + 0.05 * noise);
      steady[t] = 100 + 0.3 * t + 20 * shape + 2 * noise;
    }
    assertThat(fit(method("mstl"), window(growing), settings(Map.of(), SEASON)).explanation())
        .containsEntry("transform", "log");
    assertThat(fit(method("mstl"), window(steady), settings(Map.of(), SEASON)).explanation())
        .containsEntry("transform", "none");
  }

  @Test
  void etsExplainsItsChoice() {
    double[] values = values(new SplittableRandom(9), 120, 40);
    PointModel model = fit(method("ets"), window(values), settings(Map.of(), SEASON));
    assertThat(model.explanation())
        .containsKeys("model", "alpha", "gamma", "aicc", "best_by_aicc")
        .containsEntry("period", "6");
    assertThat(model.explanation().get("model")).startsWith("ETS(").endsWith("A)");
  }
}
