package dev.tidewatch.models.forecast.smoothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SortedMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against the M4 team's own forecasts of 100 hourly and 100 weekly series
 * (Mcompetitions/M4-methods, Point Forecasts; their R code ran forecast::ses on values adjusted by
 * their 90 % test).
 */
final class M4BenchmarksTest {
  private static final String TEST = "M4BenchmarksTest";
  private static final Percentage MILLIONTH = Percentage.withPercentage(1e-4);

  @ParameterizedTest
  @CsvSource({"hourly, 24", "weekly, 1"})
  void naive2IsTheTeams(String frequency, int season) {
    var train = M4Series.read(TEST, frequency + "_train.csv.gz");
    var official = M4Series.read(TEST, "official_naive2_" + frequency + ".csv");
    assertThat(official).hasSize(100);
    official.forEach((id, expected) -> {
      double[] values = values(train, id);
      SeasonalAdjustment adjustment = SeasonalAdjustment.ifSeasonal(values, season);
      double[] adjusted = adjustment.adjust(values);
      var ahead = new double[expected.length];
      Arrays.fill(ahead, adjusted[adjusted.length - 1]);
      requireClose(id, adjustment.restore(ahead, values.length), expected);
    });
  }

  /** Even where the optimum is flat: the search takes the same steps as theirs. */
  @ParameterizedTest
  @CsvSource({"hourly, 24", "weekly, 1"})
  void simpleSmoothingIsTheTeams(String frequency, int season) {
    var train = M4Series.read(TEST, frequency + "_train.csv.gz");
    var official = M4Series.read(TEST, "official_ses_" + frequency + ".csv");
    assertThat(official).hasSize(100);
    official.forEach((id, expected) -> {
      double[] values = values(train, id);
      SeasonalAdjustment adjustment = SeasonalAdjustment.ifSeasonal(values, season);
      double[] adjusted = adjustment.adjust(values);
      var ahead = new double[expected.length];
      Arrays.fill(ahead, SimpleSmoothing.fit(adjusted).level(adjusted));
      requireClose(id, adjustment.restore(ahead, values.length), expected);
    });
  }

  private static void requireClose(String id, double[] made, double[] expected) {
    for (int step = 0; step < expected.length; step++) {
      assertThat(made[step]).as("%s step %d", id, step + 1).isCloseTo(expected[step], MILLIONTH);
    }
  }

  private static double[] values(SortedMap<String, double[]> series, String id) {
    double[] values = series.get(id);
    assertThat(values).as(id).isNotNull();
    return values == null ? new double[0] : values;
  }

  /**
   * sMAPE and MASE on these series by an independent program that gives the published figures of
   * the team's Theta on all 414 hourly and 359 weekly series to three decimals.
   */
  @ParameterizedTest
  @CsvSource({"hourly, 24, 15.962, 2.641", "weekly, 1, 7.781, 2.523"})
  void thetaHasTheTeamsErrors(String frequency, int season, double smape, double mase) {
    var train = M4Series.read(TEST, frequency + "_train.csv.gz");
    var test = M4Series.read(TEST, frequency + "_test.csv");
    double percent = 0;
    double scaled = 0;
    for (var entry : test.entrySet()) {
      double[] values = values(train, entry.getKey());
      double[] actual = entry.getValue();
      SeasonalAdjustment adjustment = SeasonalAdjustment.ifSeasonal(values, season);
      double[] ahead = Theta.fit(adjustment.adjust(values)).forecast(actual.length);
      // The team put forecasts below zero to zero.
      Arrays.setAll(ahead, step -> Math.max(0, ahead[step]));
      adjustment.restore(ahead, values.length);
      double scale = 0;
      for (int t = season; t < values.length; t++) {
        scale += Math.abs(values[t] - values[t - season]) / (values.length - season);
      }
      for (int step = 0; step < actual.length; step++) {
        double error = Math.abs(actual[step] - ahead[step]);
        double size = Math.abs(actual[step]) + Math.abs(ahead[step]);
        percent += size > 0 ? 200 * error / size / actual.length : 0;
        scaled += error / scale / actual.length;
      }
    }
    assertThat(percent / test.size()).isCloseTo(smape, within(0.0006));
    assertThat(scaled / test.size()).isCloseTo(mase, within(0.0006));
  }

  @Test
  void aSeasonIsFoundWhereThereIsOneAndNotInNoise() {
    var seasonal = new double[96];
    var noise = new double[96];
    for (int t = 0; t < seasonal.length; t++) {
      noise[t] = 10 + ((t * 7919L) % 101 - 50) / 50.0;
      seasonal[t] = noise[t] * (1 + 0.5 * Math.sin(2 * Math.PI * t / 12));
    }
    assertThat(SeasonalAdjustment.isSeasonal(seasonal, 12)).isTrue();
    assertThat(SeasonalAdjustment.isSeasonal(noise, 12)).isFalse();
    assertThat(SeasonalAdjustment.isSeasonal(Arrays.copyOf(seasonal, 35), 12)).isFalse();
    assertThat(SeasonalAdjustment.isSeasonal(new double[96], 12)).isFalse();
  }
}
