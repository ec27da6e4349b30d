package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitConformalTest {
  @Test
  void takesTheFiniteSampleQuantileOfEachStep() {
    double[] oneToNineteen =
        IntStream.rangeClosed(1, 19).mapToDouble(i -> i % 2 == 0 ? i : -i).toArray();
    var conformal = SplitConformal.of(List.of(oneToNineteen, new double[] {7}));
    // (19 + 1) * 0.9 = 18th smallest; (19 + 1) * 0.5 = 10th.
    assertThat(conformal.halfWidth(0, 0.9)).isEqualTo(18);
    assertThat(conformal.halfWidth(0, 0.5)).isEqualTo(10);
    assertThat(conformal.halfWidth(0, 0.95)).isEqualTo(19);
    assertThat(conformal.guarantees(0, 0.95)).isTrue();
    assertThat(conformal.halfWidth(0, 0.99)).as("the largest there is").isEqualTo(19);
    assertThat(conformal.guarantees(0, 0.99)).isFalse();
    assertThat(conformal.halfWidth(1, 0.5)).isEqualTo(7);
    assertThat(conformal.steps()).isEqualTo(2);
  }

  @Test
  void coversWhatItPromisesOnExchangeableNoise() {
    // Marginal coverage over calibrations is at least the level and at most level + 1 / (n + 1).
    int calibration = 39;
    double[] hits = new double[1];
    int trials = 4_000;
    Seeds.forEach(
        1,
        random -> {
          for (int trial = 0; trial < trials; trial++) {
            double[] residuals =
                IntStream.range(0, calibration).mapToDouble(i -> random.nextGaussian()).toArray();
            double half = SplitConformal.of(List.of(residuals)).halfWidth(0, 0.8);
            hits[0] += Math.abs(random.nextGaussian()) <= half ? 1 : 0;
          }
        });
    assertThat(hits[0] / trials).isCloseTo(0.8, within(0.025));
  }

  @Test
  void argumentsAreChecked() {
    assertThatThrownBy(() -> SplitConformal.of(List.of())).hasMessageContaining("0 steps");
    assertThatThrownBy(() -> SplitConformal.of(List.of(new double[0])))
        .hasMessageContaining("step 1 has 0");
    assertThatThrownBy(() -> SplitConformal.of(List.of(new double[] {Double.NaN})))
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> SplitConformal.of(List.of(new double[] {1})).halfWidth(0, 1))
        .hasMessageContaining("level");
  }
}
