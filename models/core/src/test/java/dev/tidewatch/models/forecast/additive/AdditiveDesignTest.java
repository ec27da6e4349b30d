package dev.tidewatch.models.forecast.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.calendar.HolidayCalendar;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class AdditiveDesignTest {
  /** Prophet's own test of its Fourier series (test_prophet.py): 2012-05-18, week and year. */
  @Test
  void seasonsAgreeWithProphet() {
    long day = LocalDate.parse("2012-05-18").toEpochDay();
    var row = new double[6];
    new FourierSeason(7, 3).fill(day, row, 0);
    assertThat(row)
        .containsExactly(
            new double[] {0.7818315, 0.6234898, 0.9749279, -0.2225209, 0.4338837, -0.9009689},
            within(1e-6));
    new FourierSeason(365.25, 3).fill(day, row, 0);
    assertThat(row)
        .containsExactly(
            new double[] {0.7006152, -0.7135393, -0.9998330, 0.01827656, 0.7262249, 0.6874572},
            within(1e-6));
  }

  @Test
  void wholeShapesNeedNoEmptySine() {
    var season = new FourierSeason(4, 2);
    assertThat(season.columns()).isEqualTo(3);
    var row = new double[3];
    season.fill(1, row, 0);
    assertThat(row).containsExactly(new double[] {1, 0, -1}, within(1e-12));
    assertThatThrownBy(() -> new FourierSeason(4, 3)).hasMessageContaining("harmonics");
  }

  /** Prophet's test of its linear trend: slope 1 that becomes 1.5 at 5. */
  @Test
  void trendsAgreeWithProphet() {
    var trend = new PiecewiseTrend(0, 10, new long[] {5});
    double[] coefficients = {0, 10, 5};
    double[] expected = {0, 1, 2, 3, 4, 5, 6.5, 8, 9.5, 11, 12.5};
    for (int t = 0; t < expected.length; t++) {
      var row = new double[3];
      trend.fill(t, row, 0);
      double value = 0;
      for (int i = 0; i < 3; i++) {
        value += row[i] * coefficients[i];
      }
      assertThat(value).isCloseTo(expected[t], within(1e-12));
    }
  }

  /** Prophet spreads them over the first four fifths: {@code linspace(0, n * 0.8 - 1, 26)[1:]}. */
  @Test
  void changepointsAreSpreadAsInProphet() {
    long[] changes = PiecewiseTrend.evenly(1_000, 510, 25, 0.8).changes();
    assertThat(changes).hasSize(25).startsWith(1_016, 1_033).endsWith(1_407);
    assertThat(PiecewiseTrend.evenly(0, 10, 25, 0.8).changes())
        .containsExactly(1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void holidaysHaveACommonAndAnOwnEffect() {
    var grid =
        new Grid(
            Duration.ofHours(6),
            ZoneId.of("America/New_York"),
            Aggregation.MEAN,
            Fill.NONE,
            0,
            Duration.ZERO);
    long first = 4 * LocalDate.parse("2024-11-01").toEpochDay();
    var effects = HolidayEffects.seen(grid, HolidayCalendar.of("US"), first, first + 4 * 61);
    assertThat(effects.names())
        .containsExactly("Christmas Day", "Thanksgiving Day", "Veterans Day");
    assertThat(effects.columns()).isEqualTo(1 + 3 + 2 * 2);
    var row = new double[effects.columns()];
    effects.fill(4 * LocalDate.parse("2024-11-28").toEpochDay(), row, 0);
    assertThat(row).startsWith(1, 0, 1, 0).hasSize(8);
    var after = new double[effects.columns()];
    effects.fill(4 * LocalDate.parse("2024-11-29").toEpochDay(), after, 0);
    assertThat(after).containsOnly(0);
  }

  @Test
  void weeksCountTheirHolidays() {
    Grid weeks = Grid.ofStep(Duration.ofDays(7));
    // Weeks since 1970 begin on Thursdays; 2024-12-19 to 25 and 2024-12-26 to 2025-01-01.
    long week = weeks.indexAt(LocalDate.parse("2024-12-26").toEpochDay() * 86_400_000_000L);
    var effects = HolidayEffects.seen(weeks, HolidayCalendar.of("DE"), week - 60, week + 1);
    var row = new double[effects.columns()];
    effects.fill(week, row, 0);
    assertThat(row[0]).isEqualTo(2);
  }
}
