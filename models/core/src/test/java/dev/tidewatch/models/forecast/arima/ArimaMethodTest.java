package dev.tidewatch.models.forecast.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ArimaMethodTest {
  private static final Grid GRID = Grid.ofStep(Duration.ofHours(1));

  private static PointSettings settings(Seasons seasons, String... parameters) {
    var map = new TreeMap<String, String>();
    for (int i = 0; i < parameters.length; i += 2) {
      map.put(parameters[i], parameters[i + 1]);
    }
    return new PointSettings(GRID, 24, seasons, Parameters.of(map), 1, TrainingProgress.SILENT);
  }

  private static GridWindow window(double[] values) {
    return GridWindow.of(GRID, 1_000, values);
  }

  private static PointModel fit(double[] values, PointSettings settings) {
    return new ArimaMethod().fit(List.of(window(values)), settings);
  }

  /**
   * R's {@code auto.arima(log(AirPassengers))} is the airline model (Hyndman and Athanasopoulos use
   * the series so); here the logarithm is found, too.
   */
  @Test
  void findsTheAirlineModel() {
    PointModel model = fit(PublishedSeries.AIR_PASSENGERS, settings(Seasons.of(12)));
    assertThat(model.explanation())
        .containsEntry("model", "ARIMA(0,1,1)(0,1,1)[12]")
        .containsEntry("transform", "log")
        .containsKeys("kpss", "adf", "aicc", "models_tried");
    double[] ahead = model.forecast(window(PublishedSeries.AIR_PASSENGERS), 3);
    assertThat(ahead[0]).isCloseTo(Math.exp(6.11018533), within(0.05));
    assertThat(ahead[2]).isCloseTo(Math.exp(6.17171469), within(0.05));
  }

  /** Simulated with known orders: an autoregression of order 2 around a level. */
  @Test
  void findsAnAutoregression() {
    var random = new SplittableRandom(7);
    var values = new double[600];
    double before = 0;
    double earlier = 0;
    for (int t = 0; t < values.length; t++) {
      double now = 1.2 * before - 0.5 * earlier + random.nextGaussian();
      values[t] = 50 + now;
      earlier = before;
      before = now;
    }
    PointModel model = fit(values, settings(Seasons.NONE, "transform", "none"));
    assertThat(model.explanation().get("model")).startsWith("ARIMA(2,0,").endsWith("with constant");
    double[] far = model.forecast(window(values), 200);
    assertThat(far[199]).isCloseTo(50, within(0.6));
  }

  @Test
  void givenOrdersAreUsed() {
    PointModel model =
        fit(
            PublishedSeries.ACCIDENTAL_DEATHS,
            settings(
                Seasons.of(12), "order", "0,1,1", "seasonal_order", "0,1,1", "transform", "none"));
    assertThat(model.explanation().get("model")).isEqualTo("ARIMA(0,1,1)(0,1,1)[12]");
    assertThat(model.forecast(window(PublishedSeries.ACCIDENTAL_DEATHS), 6)[5])
        .isCloseTo(9859.757, within(0.05));
  }

  @Test
  void savedModelsForecastTheSame() {
    PointSettings settings = settings(Seasons.of(12));
    PointModel model = fit(PublishedSeries.AIR_PASSENGERS, settings);
    ModelArrays saved = ModelArrays.read(model.save().toBytes());
    PointModel loaded = new ArimaMethod().load(saved, settings);
    GridWindow window = window(PublishedSeries.AIR_PASSENGERS).last(model.historyIntervals());
    assertThat(loaded.forecast(window, 24)).containsExactly(model.forecast(window, 24));
    assertThat(loaded.save()).isEqualTo(saved);
    assertThat(Arrays.stream(loaded.forecast(window.last(loaded.historyIntervalsMin()), 24)))
        .allMatch(Double::isFinite);
  }

  /**
   * About half a second of CPU is the bound for 900 hourly values; the bar here is for slow days.
   */
  @Test
  void hourlySearchIsCheap() {
    var random = new SplittableRandom(11);
    var values = new double[900];
    double level = 0;
    for (int t = 0; t < values.length; t++) {
      level = 0.8 * level + random.nextGaussian();
      values[t] = 100 + 20 * Math.sin(2 * Math.PI * t / 24) + 5 * ((t / 24) % 7 / 5) + level;
    }
    PointSettings settings = settings(Seasons.of(24, 168));
    fit(values, settings);
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    PointModel model = fit(values, settings);
    double seconds = (threads.getCurrentThreadCpuTime() - before) / 1e9;
    assertThat(seconds).as(model.explanation().toString()).isLessThan(5);
    double[] day = model.forecast(window(values), 24);
    for (int h = 0; h < 24; h++) {
      double expected = 100 + 20 * Math.sin(2 * Math.PI * (900 + h) / 24);
      assertThat(day[h]).isCloseTo(expected, within(10.0));
    }
  }

  @Test
  void shortConstantAndWildHistoriesAreAnswered() {
    assertThatThrownBy(() -> fit(new double[] {1, 2, 3}, settings(Seasons.NONE)))
        .isInstanceOf(InsufficientHistoryException.class);
    var constant = new double[40];
    Arrays.fill(constant, 3);
    assertThat(fit(constant, settings(Seasons.of(12))).forecast(window(constant), 3))
        .containsExactly(3, 3, 3);
    var random = new SplittableRandom(3);
    for (int size : new int[] {8, 9, 12, 25, 37, 60}) {
      double[] values = random.doubles(size, -1e6, 1e6).toArray();
      assertThat(Arrays.stream(fit(values, settings(Seasons.of(12))).forecast(window(values), 40)))
          .allMatch(Double::isFinite);
      double[] spiky = random.doubles(size, 0, 1).map(v -> Math.exp(12 * v)).toArray();
      assertThat(Arrays.stream(fit(spiky, settings(Seasons.of(12))).forecast(window(spiky), 400)))
          .allMatch(Double::isFinite);
    }
  }

  @Test
  void badParametersAreNamed() {
    double[] values = PublishedSeries.NILE;
    for (Map.Entry<String, String> bad :
        Map.of("order", "1,1", "transform", "sqrt", "models_max", "1", "seasonal_order", "1,0,0")
            .entrySet()) {
      assertThatThrownBy(() -> fit(values, settings(Seasons.NONE, bad.getKey(), bad.getValue())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bad.getKey());
    }
    assertThatThrownBy(() ->
            fit(new double[] {1, -1, 1, 2, 3, 4, 5, 6}, settings(Seasons.NONE, "transform", "log")))
        .hasMessageContaining("transform");
  }
}
