package dev.tidewatch.timeseries.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimeOfWeekTemperatureTest {
  private static int[] weeks(int hours) {
    var hoursOfWeek = new int[hours];
    for (int i = 0; i < hours; i++) {
      hoursOfWeek[i] = i % 168;
    }
    return hoursOfWeek;
  }

  private static double usual(int hourOfWeek) {
    int hour = hourOfWeek % 24;
    return hourOfWeek < 120 && hour >= 8 && hour < 18 ? 60 : 20;
  }

  @Test
  void itFindsTheHoursAndTheSlopeOfTheTemperature() {
    var random = new SplittableRandom(1);
    int hours = 12 * 168;
    int[] hoursOfWeek = weeks(hours);
    var temperatures = new double[hours];
    var loads = new double[hours];
    for (int i = 0; i < hours; i++) {
      temperatures[i] = random.nextDouble(-10, 35);
      loads[i] = usual(hoursOfWeek[i]) + 0.7 * temperatures[i];
    }
    var baseline = TimeOfWeekTemperature.fit(hoursOfWeek, loads, temperatures);

    for (int i = 0; i < 168; i++) {
      assertThat(baseline.load(i, 12)).isCloseTo(usual(i) + 8.4, within(1e-4));
      assertThat(baseline.load(i, 50)).isCloseTo(usual(i) + 35, within(1e-3));
    }
    assertThat(baseline.cvRmse()).isLessThan(1e-4);
  }

  @Test
  void heatingAndCoolingBendTheLine() {
    var random = new SplittableRandom(2);
    int hours = 26 * 168;
    int[] hoursOfWeek = weeks(hours);
    var temperatures = new double[hours];
    var loads = new double[hours];
    double squares = 0;
    double sum = 0;
    for (int i = 0; i < hours; i++) {
      temperatures[i] = random.nextDouble(-5, 35);
      double noise = random.nextGaussian();
      squares += noise * noise;
      loads[i] = building(hoursOfWeek[i], temperatures[i]) + noise;
      sum += loads[i];
    }
    var baseline = TimeOfWeekTemperature.fit(hoursOfWeek, loads, temperatures);

    double worst = 0;
    for (double temperature = -4; temperature < 34; temperature += 0.5) {
      double error = 0;
      for (int hour = 0; hour < 168; hour++) {
        error += baseline.load(hour, temperature) - building(hour, temperature);
      }
      worst = Math.max(worst, Math.abs(error / 168));
    }
    // Pieces need not begin where the building's do: right to 3 kW of 20 to 100.
    assertThat(worst).isLessThan(3);
    double noiseShare = 100 * Math.sqrt(squares / hours) / (sum / hours);
    assertThat(baseline.cvRmse()).isBetween(0.95 * noiseShare, 1.6 * noiseShare);
  }

  private static double building(int hourOfWeek, double temperature) {
    return usual(hourOfWeek)
        + 2 * Math.max(0, 12 - temperature)
        + 1.5 * Math.max(0, temperature - 22);
  }

  @Test
  void withoutTemperatureItIsTheMeanOfEachHour() {
    var random = new SplittableRandom(4);
    int hours = 5 * 168;
    int[] hoursOfWeek = weeks(hours);
    var loads = new double[hours];
    var means = new double[168];
    for (int i = 0; i < hours; i++) {
      loads[i] = random.nextDouble(10, 90);
      means[hoursOfWeek[i]] += loads[i] / 5;
    }
    var baseline = TimeOfWeekTemperature.fit(hoursOfWeek, loads, new double[0]);

    for (int hour = 0; hour < 168; hour++) {
      assertThat(baseline.load(hour, Double.NaN)).isCloseTo(means[hour], within(1e-9));
    }
  }

  @Test
  void anHourNeverSeenIsTakenForTheSameHourOfOtherDays() {
    int hours = 0;
    var hoursOfWeek = new int[400];
    var loads = new double[400];
    for (int i = 0; hours < 400; i++) {
      if (i % 168 < 144) { // no Sundays
        hoursOfWeek[hours] = i % 168;
        loads[hours++] = 10 + i % 24;
      }
    }
    var baseline = TimeOfWeekTemperature.fit(hoursOfWeek, loads, new double[0]);

    assertThat(baseline.load(144 + 13, 0)).isCloseTo(23, within(1e-9));
  }

  @Test
  void aTemperatureThatNeverChangesExplainsNothing() {
    int[] hoursOfWeek = weeks(336);
    var loads = new double[336];
    var temperatures = new double[336];
    for (int i = 0; i < 336; i++) {
      loads[i] = usual(hoursOfWeek[i]);
      temperatures[i] = 21;
    }
    var baseline = TimeOfWeekTemperature.fit(hoursOfWeek, loads, temperatures);

    assertThat(baseline.load(10, 35)).isCloseTo(60, within(1e-9));
    assertThat(baseline.mean()).isCloseTo((50 * 60 + 118 * 20) / 168.0, within(1e-9));
  }

  @Test
  void lessThanTwoWeeksAreTooFew() {
    assertThatThrownBy(() -> TimeOfWeekTemperature.fit(weeks(335), new double[335], new double[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("336");
  }
}
