package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RobustStatisticsTest {
  @Test
  void medianAndMadOfATextbookSample() {
    // One wild value moves neither.
    assertThat(RobustStatistics.median(1, 1, 2, 2, 4, 6, 9)).isEqualTo(2);
    assertThat(RobustStatistics.medianAbsoluteDeviation(1, 1, 2, 2, 4, 6, 9)).isEqualTo(1);
    assertThat(RobustStatistics.medianAbsoluteDeviation(1, 1, 2, 2, 4, 6, 9_000)).isEqualTo(1);
    assertThat(RobustStatistics.median(1, 2, 3, 4)).isEqualTo(2.5);
    assertThat(RobustStatistics.median()).isNaN();
  }

  @Test
  void quantilesAreOfTypeSeven() {
    // R: quantile(c(1, 3, 4, 10), c(.1, .25, .9)) = 1.6, 2.5, 8.2
    double[] values = {10, 1, 4, 3};
    assertThat(RobustStatistics.quantile(values, 0.1)).isCloseTo(1.6, within(1e-12));
    assertThat(RobustStatistics.quantile(values, 0.25)).isEqualTo(2.5);
    assertThat(RobustStatistics.quantile(values, 0.9)).isCloseTo(8.2, within(1e-12));
    assertThat(RobustStatistics.quantile(values, 0)).isEqualTo(1);
    assertThat(RobustStatistics.quantile(values, 1)).isEqualTo(10);
    assertThatThrownBy(() -> RobustStatistics.quantile(values, 1.1))
        .hasMessageContaining("probability");
  }

  @Test
  void madEstimatesTheDeviationOfNormalNoise() {
    Seeds.forEach(
        3,
        random -> {
          double[] noise =
              random.doubles(20_000).map(ignored -> 5 + 2 * random.nextGaussian()).toArray();
          assertThat(
                  RobustStatistics.MAD_TO_SIGMA * RobustStatistics.medianAbsoluteDeviation(noise))
              .isCloseTo(2, within(0.08));
        });
  }
}
