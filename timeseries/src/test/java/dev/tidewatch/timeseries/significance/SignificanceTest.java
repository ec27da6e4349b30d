package dev.tidewatch.timeseries.significance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.timeseries.Seeds;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignificanceTest {
  /** R's {@code WWWusage}: users connected to the Internet through a server, minute by minute. */
  private static final double[] WWW_USAGE = {
    88, 84, 85, 85, 84, 85, 83, 85, 88, 89, 91, 99, 104, 112, 126, 138, 146, 151, 150, 148, 147,
    149, 143, 132, 131, 139, 147, 150, 148, 145, 140, 134, 131, 131, 129, 126, 126, 132, 137, 140,
    142, 150, 159, 167, 170, 171, 172, 172, 174, 175, 172, 172, 174, 174, 169, 165, 156, 142, 131,
    121, 112, 104, 102, 99, 99, 95, 88, 84, 84, 87, 89, 88, 85, 86, 89, 91, 91, 94, 101, 110, 121,
    135, 145, 149, 156, 165, 171, 175, 177, 182, 193, 204, 208, 210, 215, 222, 228, 226, 222, 220
  };

  /**
   * The example of {@code dm.test} in the R package forecast: in-sample errors of a damped trend
   * (RMSE 3.40781) and of ARIMA(1,1,1) (RMSE 3.113754) on WWWusage give DM = 1.9078, p = 0.05932.
   */
  @Test
  void dieboldMarianoGivesThePublishedNumbers() {
    double[] damped = dampedTrendErrors(90.25, 0, 0.9999, 0.9965, 0.8149);
    double[] arima = arimaErrors(0.6504, 0.5256);
    assertThat(rmse(damped)).isCloseTo(3.40781, within(5e-5));
    assertThat(rmse(arima)).isCloseTo(3.113754, within(5e-5));
    PairedTest test = DieboldMariano.of(squares(damped), squares(arima), 1);
    assertThat(test.statistic()).isCloseTo(1.9078, within(2e-4));
    assertThat(test.twoSided()).isCloseTo(0.05932, within(3e-5));
    assertThat(test.secondBetter()).isCloseTo(0.05932 / 2, within(2e-5));
    assertThat(test.pairs()).isEqualTo(100);
  }

  private static double[] dampedTrendErrors(
      double firstLevel, double firstSlope, double alpha, double beta, double phi) {
    double level = firstLevel;
    double slope = firstSlope;
    var errors = new double[WWW_USAGE.length];
    for (int t = 0; t < errors.length; t++) {
      double expected = level + phi * slope;
      errors[t] = WWW_USAGE[t] - expected;
      level = expected + alpha * errors[t];
      slope = phi * slope + beta * errors[t];
    }
    return errors;
  }

  /** Innovations of an ARMA(1,1) on the differences, by the Kalman filter, standardised. */
  private static double[] arimaErrors(double phi, double theta) {
    var errors = new double[WWW_USAGE.length];
    errors[0] = WWW_USAGE[0] / 1_000; // R's diffuse start leaves next to nothing.
    double state = 0;
    double carried = 0;
    // Stationary covariance of the state (value, theta times the last shock).
    double p11 = (1 + 2 * phi * theta + theta * theta) / (1 - phi * phi);
    double p12 = theta;
    double p22 = theta * theta;
    for (int t = 1; t < errors.length; t++) {
      double innovation = WWW_USAGE[t] - WWW_USAGE[t - 1] - state;
      errors[t] = innovation / Math.sqrt(p11);
      double updated = state + innovation;
      double updatedCarried = carried + p12 / p11 * innovation;
      double rest = p22 - p12 * p12 / p11;
      state = phi * updated + updatedCarried;
      carried = 0;
      p11 = rest + 1;
      p12 = theta;
      p22 = theta * theta;
    }
    return errors;
  }

  private static double rmse(double[] errors) {
    return Math.sqrt(Arrays.stream(errors).map(e -> e * e).average().orElseThrow());
  }

  private static double[] squares(double[] errors) {
    return Arrays.stream(errors).map(e -> e * e).toArray();
  }

  /** Harvey, Leybourne and Newbold's factor is sqrt((n + 1 - 2h + h(h-1)/n) / n). */
  @Test
  void overlapWidensTheVarianceAndShrinksTheStatistic() {
    double[] zero = new double[8];
    double[] loss = {1, 2, 1.5, 0.5, 1, 2.5, 2, 1.5};
    double mean = 1.5;
    double c0 = 0;
    double c1 = 0;
    for (int i = 0; i < 8; i++) {
      c0 += (loss[i] - mean) * (loss[i] - mean) / 8;
      c1 += i == 0 ? 0 : (loss[i] - mean) * (loss[i - 1] - mean) / 8;
    }
    double plain = mean / Math.sqrt((c0 + 2 * c1) / 8);
    double factor = Math.sqrt((8 + 1 - 4 + 2.0 / 8) / 8);
    assertThat(DieboldMariano.of(loss, zero, 2).statistic())
        .isCloseTo(plain * factor, within(1e-12));
  }

  @Test
  void equalForecastersAreEqualAndASteadyDifferenceIsSure() {
    double[] some = {1, 2, 3, 4, 5};
    assertThat(DieboldMariano.of(some, some, 1).twoSided()).isEqualTo(1);
    double[] more = {2, 3, 4, 5, 6};
    assertThat(DieboldMariano.of(some, more, 1).firstBetter()).isZero();
    assertThat(DieboldMariano.of(some, more, 1).secondBetter()).isEqualTo(1);
    assertThatThrownBy(() -> DieboldMariano.of(new double[3], new double[3], 1))
        .hasMessageContaining("at least 4");
    assertThatThrownBy(() -> DieboldMariano.of(some, new double[] {1, 2, Double.NaN, 4, 5}, 1))
        .hasMessageContaining("not finite");
  }

  /** Under the null the test must reject about as often as it says it does. */
  @Test
  void falseAlarmsAreAsRareAsPromised() {
    int[] rejected = new int[2];
    int rounds = 2_000;
    Seeds.forEach(
        1,
        random -> {
          for (int round = 0; round < rounds; round++) {
            double[] shocks = random.doubles(42).map(u -> u - 0.5).toArray();
            double[] overlapping =
                IntStream.range(0, 40)
                    .mapToDouble(i -> shocks[i] + shocks[i + 1] + shocks[i + 2])
                    .toArray();
            var none = new double[40];
            rejected[0] += DieboldMariano.of(overlapping, none, 3).twoSided() < 0.05 ? 1 : 0;
            rejected[1] += DieboldMariano.of(overlapping, none, 1).twoSided() < 0.05 ? 1 : 0;
          }
        });
    assertThat(rejected[0] / (double) rounds).isBetween(0.02, 0.10);
    assertThat(rejected[1] / (double) rounds).as("overlap ignored").isGreaterThan(0.15);
  }

  /** Quantiles of Student's distribution as printed in every table of it. */
  @Test
  void studentsDistributionIsThatOfTheTables() {
    assertThat(StudentT.cumulative(12.7062, 1)).isCloseTo(0.975, within(1e-6));
    assertThat(StudentT.cumulative(2.2281, 10)).isCloseTo(0.975, within(1e-5));
    assertThat(StudentT.cumulative(-2.7638, 10)).isCloseTo(0.01, within(1e-5));
    assertThat(StudentT.cumulative(1.6604, 99)).isCloseTo(0.95, within(1e-5));
    assertThat(StudentT.cumulative(1.959964, 1e9)).isCloseTo(0.975, within(1e-6));
    assertThat(StudentT.logGamma(0.5)).isCloseTo(Math.log(Math.sqrt(Math.PI)), within(1e-13));
    assertThat(StudentT.logGamma(10)).isCloseTo(Math.log(362_880), within(1e-12));
  }

  /**
   * Hollander and Wolfe (1973), page 29: depression scales of nine patients before and after a
   * tranquilliser; V = 40, one-sided p = 0.01953 (R's {@code wilcox.test} example).
   */
  @Test
  void wilcoxonGivesThePublishedNumbers() {
    double[] before = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
    double[] after = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
    PairedTest test = WilcoxonSignedRank.of(before, after);
    assertThat(test.secondBetter()).isCloseTo(0.01953, within(5e-6));
    assertThat(test.twoSided()).isCloseTo(0.03906, within(1e-5));
    assertThat(test.statistic()).isCloseTo((2 * 40 - 45) / 45.0, within(1e-12));

    // Darwin's maize (Fisher 1935): the smaller rank sum is 24, p = 0.041259765625 (SciPy).
    double[] heights = {6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75};
    PairedTest maize = WilcoxonSignedRank.of(heights, new double[15]);
    assertThat(maize.twoSided()).isEqualTo(0.041259765625);
  }

  @Test
  void wilcoxonWithTiesOrManyPairsIsNearlyExact() {
    double[] first = IntStream.rangeClosed(1, 40).mapToDouble(i -> i % 3 == 0 ? -i : i).toArray();
    PairedTest exact = WilcoxonSignedRank.of(first, new double[40]);
    first[19] = 19; // A tie with its neighbour leaves the rank sum as it was.
    PairedTest approximate = WilcoxonSignedRank.of(first, new double[40]);
    assertThat(approximate.secondBetter()).isCloseTo(exact.secondBetter(), within(0.003));
    assertThat(approximate.secondBetter()).isNotEqualTo(exact.secondBetter());
    double[] tied = {1, 1, 1, 1, 1, 1, -1, 0};
    assertThat(WilcoxonSignedRank.of(tied, new double[8]).pairs()).isEqualTo(7);
    assertThat(WilcoxonSignedRank.of(tied, tied).twoSided()).isEqualTo(1);
  }

  /**
   * Score, two-sided probability and slope of the series above, by a few lines of Python that count
   * all pairs and use its {@code math.erfc}.
   */
  @Test
  void mannKendallGivesTheIndependentNumbers() {
    MannKendall test = MannKendall.of(WWW_USAGE);

    assertThat(test.score()).isEqualTo(1567);
    assertThat(test.twoSided()).isCloseTo(3.0777938947580852e-06, within(1e-8));
    assertThat(test.slope()).isCloseTo(0.7831962397179788, within(1e-12));
  }

  @Test
  void mannKendallTellsATrendFromNone() {
    MannKendall falling = MannKendall.of(9, 8.5, 7, 6, 6.5, 4, 3, 1);
    assertThat(falling.score()).isEqualTo(-26);
    assertThat(falling.twoSided()).isLessThan(0.01);
    assertThat(falling.slope()).isNegative();
    MannKendall flat = MannKendall.of(5, 5, 5, 5);
    assertThat(flat).isEqualTo(new MannKendall(0, 1, 0));
    assertThatThrownBy(() -> MannKendall.of(1, 2, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MannKendall.of(1, 2, Double.NaN, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
