package dev.tidewatch.monitor.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PredictedStepsTest {
  private static List<CentralInterval> intervals(double... probabilities) {
    return new PredictedSteps(
            new double[] {1}, probabilities, new double[probabilities.length][1], new double[0])
        .intervals();
  }

  @Test
  void quantilesOfEqualDistanceFromTheMedianBoundAnInterval() {
    assertThat(intervals(0.05, 0.1, 0.5, 0.9, 0.95))
        .containsExactly(new CentralInterval(0.9, 0, 4), new CentralInterval(0.8, 1, 3));
    assertThat(intervals(0.025, 0.5, 0.975)).containsExactly(new CentralInterval(0.95, 0, 2));
  }

  @Test
  void oneSidedQuantilesBoundNone() {
    assertThat(intervals()).isEmpty();
    assertThat(intervals(0.5)).isEmpty();
    assertThat(intervals(0.9, 0.95)).isEmpty();
    assertThat(intervals(0.05, 0.1, 0.2, 0.9)).containsExactly(new CentralInterval(0.8, 1, 3));
  }

  @Test
  void levelsThatWereComputedDifferentlyAreEqualNumbers() {
    double alpha = 1 - 0.9;
    assertThat(intervals(alpha / 2, 1 - alpha / 2).getFirst().level()).isEqualTo(0.9);
  }
}
