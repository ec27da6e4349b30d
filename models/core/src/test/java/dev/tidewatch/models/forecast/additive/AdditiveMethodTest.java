package dev.tidewatch.models.forecast.additive;

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
import dev.tidewatch.timeseries.calendar.HolidayCalendar;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdditiveMethodTest {
  private static final Grid DAYS =
      Grid.ofStep(Duration.ofDays(1)).withZone(ZoneId.of("America/New_York"));
  private static final long FIRST = LocalDate.parse("2021-01-01").toEpochDay();
  private static final HolidayCalendar HOLIDAYS = HolidayCalendar.of("US");

  private static PointSettings settings(Grid grid, Seasons seasons, String... parameters) {
    var map = new TreeMap<String, String>();
    for (int i = 0; i < parameters.length; i += 2) {
      map.put(parameters[i], parameters[i + 1]);
    }
    return new PointSettings(grid, 30, seasons, Parameters.of(map), 1, TrainingProgress.SILENT);
  }

  private static PointModel fit(GridWindow window, PointSettings settings) {
    return new AdditiveMethod().fit(List.of(window), settings);
  }

  /** Without noise: a bend, a week, a year, and 30 less on holidays. */
  private static double truth(long day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    double trend = 0.05 * (day - FIRST) - 0.12 * Math.max(0, day - FIRST - 600);
    double week = date.getDayOfWeek().getValue() >= 6 ? -12 : 5;
    double year = 15 * Math.cos(2 * Math.PI * day / 365.25);
    return 200 + trend + week + year - (HOLIDAYS.isHoliday(date) ? 30 : 0);
  }

  private static GridWindow history(int days, double noise) {
    var random = new SplittableRandom(5);
    var values = new double[days];
    for (int t = 0; t < days; t++) {
      values[t] = truth(FIRST + t) + noise * random.nextGaussian();
    }
    return GridWindow.of(DAYS, FIRST, values);
  }

  private static double meanError(PointModel model, GridWindow window, int horizon) {
    double[] ahead = model.forecast(window.last(model.historyIntervals()), horizon);
    double sum = 0;
    for (int h = 0; h < horizon; h++) {
      sum += Math.abs(ahead[h] - truth(window.endIndex() + h)) / horizon;
    }
    return sum;
  }

  @Test
  void findsTrendSeasonsAndHolidays() {
    GridWindow window = history(1_060, 2);
    PointSettings settings = settings(DAYS, Seasons.ofCalendar(DAYS));
    PointModel model = fit(window, settings);
    // Christmas of 2023 lies ahead.
    assertThat(meanError(model, window, 45)).isLessThan(1.6);
    assertThat(model.explanation())
        .containsEntry("holidays", "US")
        .containsEntry("seasons", "7.0 steps by 3 harmonics, 365.25 steps by 10 harmonics");
    assertThat(model.explanation().get("holiday_effects")).contains("Thanksgiving Day -0.");

    PointModel blind = fit(window, settings(DAYS, Seasons.ofCalendar(DAYS), "holidays", "none"));
    int at = (int) LocalDate.parse("2023-12-25").toEpochDay() - (int) window.endIndex();
    double knows = model.forecast(window.last(1), 45)[at];
    double blindly = blind.forecast(window.last(1), 45)[at];
    double christmas = truth(window.endIndex() + at);
    assertThat(Math.abs(knows - christmas)).isLessThan(6);
    assertThat(Math.abs(blindly - christmas)).isGreaterThan(15);
  }

  @Test
  void newestResidualIsCarriedOn() {
    var random = new SplittableRandom(9);
    var values = new double[400];
    double wander = 0;
    for (int t = 0; t < values.length; t++) {
      wander = 0.9 * wander + random.nextGaussian();
      values[t] = 50 + 10 * Math.sin(2 * Math.PI * t / 24) + wander;
    }
    Grid hours = Grid.ofStep(Duration.ofHours(1));
    GridWindow window = GridWindow.of(hours, 0, values);
    PointModel model =
        fit(window, settings(hours, Seasons.of(24), "transform", "none", "changepoints", "0"));
    assertThat(Double.parseDouble(model.explanation().get("carry"))).isBetween(0.75, 0.97);
    double[] near = model.forecast(window.last(1), 1);
    double[] raised =
        model.forecast(GridWindow.of(hours, 399, new double[] {values[399] + 4}), 200);
    assertThat(raised[0] - near[0]).isBetween(3.0, 4.0);
    assertThat(raised[199] - model.forecast(window.last(1), 200)[199]).isCloseTo(0, within(0.1));

    PointModel plain = fit(window, settings(hours, Seasons.of(24), "residual", "none"));
    assertThat(plain.forecast(window.last(1), 1))
        .containsExactly(
            plain.forecast(GridWindow.of(hours, 399, new double[] {1_000}), 1), within(1e-9));
  }

  @Test
  void seasonsThatGrowAreFoundByLogarithms() {
    Grid weeks = Grid.ofStep(Duration.ofDays(7));
    var random = new SplittableRandom(2);
    var values = new double[260];
    for (int t = 0; t < values.length; t++) {
      double log = 0.01 * t + 0.4 * Math.sin(2 * Math.PI * (t + 2_000) * 7 / 365.25);
      values[t] = Math.exp(log + 0.03 * random.nextGaussian());
    }
    GridWindow window = GridWindow.of(weeks, 2_000, values);
    PointModel model = fit(window, settings(weeks, Seasons.of(52)));
    assertThat(model.explanation()).containsEntry("transform", "log");
    double[] ahead = model.forecast(window.last(1), 20);
    for (int h = 0; h < ahead.length; h++) {
      int t = 260 + h;
      double expected = Math.exp(0.01 * t + 0.4 * Math.sin(2 * Math.PI * (t + 2_000) * 7 / 365.25));
      assertThat(ahead[h]).isCloseTo(expected, within(0.15 * expected));
    }
  }

  @Test
  void savedModelsForecastTheSame() {
    GridWindow window = history(800, 3);
    PointSettings settings = settings(DAYS, Seasons.ofCalendar(DAYS));
    PointModel model = fit(window, settings);
    ModelArrays saved = ModelArrays.read(model.save().toBytes());
    PointModel loaded = new AdditiveMethod().load(saved, settings);
    assertThat(loaded.forecast(window.last(1), 60)).containsExactly(model.forecast(window, 60));
    assertThat(loaded.save()).isEqualTo(saved);
    assertThat(loaded.explanation()).isEqualTo(model.explanation());
    assertThat(fit(window, settings).save()).isEqualTo(saved);
  }

  @Test
  void shortConstantAndWildHistoriesAreAnswered() {
    PointSettings settings = settings(DAYS, Seasons.ofCalendar(DAYS));
    assertThatThrownBy(() -> fit(GridWindow.of(DAYS, FIRST, new double[3]), settings))
        .isInstanceOf(InsufficientHistoryException.class);
    var constant = new double[50];
    Arrays.fill(constant, 4);
    GridWindow flat = GridWindow.of(DAYS, FIRST, constant);
    for (double value : fit(flat, settings).forecast(flat.last(1), 90)) {
      assertThat(value).isCloseTo(4, within(1e-6));
    }
    var random = new SplittableRandom(1);
    for (int size : new int[] {8, 11, 20, 90}) {
      double[] wild = random.doubles(size, 0, 1).map(v -> Math.exp(14 * v)).toArray();
      GridWindow window = GridWindow.of(DAYS, FIRST, wild);
      assertThat(Arrays.stream(fit(window, settings).forecast(window.last(1), 400)))
          .allMatch(Double::isFinite);
    }
  }

  @Test
  void badParametersAreNamed() {
    GridWindow window = history(100, 1);
    for (String[] bad :
        new String[][] {
          {"holidays", "XX"}, {"changepoints", "-1"}, {"transform", "square"}, {"residual", "maybe"}
        }) {
      assertThatThrownBy(() -> fit(window, settings(DAYS, Seasons.NONE, bad)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bad[0]);
    }
  }
}
