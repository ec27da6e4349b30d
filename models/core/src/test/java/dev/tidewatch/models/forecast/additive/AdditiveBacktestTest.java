package dev.tidewatch.models.forecast.additive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.forecast.SeasonalNaiveMethod;
import dev.tidewatch.models.forecast.Seasons;
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
import org.junit.jupiter.api.Test;

/** Days of what the family is for: bends at any time, weeks, years, holidays, noise that lasts. */
class AdditiveBacktestTest {
  private static final Grid DAYS =
      Grid.ofStep(Duration.ofDays(1)).withZone(ZoneId.of("America/New_York"));
  private static final HolidayCalendar HOLIDAYS = HolidayCalendar.of("US");
  private static final long FIRST = LocalDate.parse("2020-01-01").toEpochDay();
  private static final int SIZE = 1_200;
  private static final int HORIZON = 60;
  private static final int SEEDS = 8;

  /** Values with noise, and without. */
  private static double[][] series(long seed) {
    var random = new SplittableRandom(seed);
    int[] bendsAt = random.ints(1 + random.nextInt(4), SIZE / 20, SIZE * 9 / 10).toArray();
    double[] bends = random.doubles(bendsAt.length, -0.1, 0.1).toArray();
    double slope = random.nextDouble(-0.05, 0.05);
    double[] week = random.doubles(7, -8, 8).toArray();
    double year = random.nextDouble(5, 20);
    double phase = random.nextDouble(2 * Math.PI);
    double holiday = random.nextDouble(-30, -15);
    double noise = random.nextDouble(2, 6);
    var values = new double[SIZE];
    var means = new double[SIZE];
    double wander = 0;
    for (int t = 0; t < SIZE; t++) {
      LocalDate date = LocalDate.ofEpochDay(FIRST + t);
      double angle = 2 * Math.PI * (FIRST + t) / 365.25 + phase;
      double mean = 200 + slope * t + week[date.getDayOfWeek().getValue() - 1];
      mean += year * Math.sin(angle) + year / 4 * Math.sin(2 * angle);
      mean += HOLIDAYS.isHoliday(date) ? holiday : 0;
      for (int i = 0; i < bends.length; i++) {
        mean += bends[i] * Math.max(0, t - bendsAt[i]);
      }
      wander = 0.5 * wander + Math.sqrt(0.75) * noise * random.nextGaussian();
      means[t] = mean;
      values[t] = mean + wander;
    }
    return new double[][] {values, means};
  }

  private static double[] forecast(PointMethod method, GridWindow history) {
    var settings =
        new PointSettings(
            DAYS, HORIZON, Seasons.ofCalendar(DAYS), Parameters.NONE, 1, TrainingProgress.SILENT);
    PointModel model = method.fit(List.of(history), settings);
    return model.forecast(history.last(model.historyIntervals()), HORIZON);
  }

  private static double error(double[] forecast, double[] actual) {
    double sum = 0;
    for (int step = 0; step < HORIZON; step++) {
      sum += Math.abs(forecast[step] - actual[step]) / HORIZON;
    }
    return sum;
  }

  @Test
  void errsLittleMoreThanChanceAndFarLessThanSeasonalNaive() {
    double additive = 0;
    double naive = 0;
    double chance = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      double[][] series = series(seed);
      for (int origin : new int[] {SIZE - 2 * HORIZON, SIZE - HORIZON}) {
        GridWindow history = GridWindow.of(DAYS, FIRST, Arrays.copyOf(series[0], origin));
        double[] actual = Arrays.copyOfRange(series[0], origin, origin + HORIZON);
        additive += error(forecast(new AdditiveMethod(), history), actual);
        naive += error(forecast(new SeasonalNaiveMethod(), history), actual);
        chance += error(Arrays.copyOfRange(series[1], origin, origin + HORIZON), actual);
      }
    }
    int count = 2 * SEEDS;
    System.out.printf(
        "60 days ahead: additive %.2f, seasonal naive %.2f, chance %.2f%n",
        additive / count, naive / count, chance / count);
    assertThat(additive).as("against seasonal naive").isLessThan(0.65 * naive);
    assertThat(additive).as("against what nobody can foresee").isLessThan(1.3 * chance);
  }
}
