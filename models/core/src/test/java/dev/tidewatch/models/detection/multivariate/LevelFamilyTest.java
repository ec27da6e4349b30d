package dev.tidewatch.models.detection.multivariate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LevelFamilyTest extends MultivariateContract {
  @Override
  protected MultivariateDetectorFamily family() {
    return new LevelFamily();
  }

  @Test
  void theSameDistanceMattersWhereNothingWanders() {
    for (int input = 2; input < 4; input++) {
      double[][] rows = MultivariateSensors.rows(900, 21);
      double spread = input == 2 ? 0.01 : 1.5;
      for (int row = 500; row < 900; row++) {
        rows[row][input] += 4 * spread;
      }
      MultivariateVerdict last = verdicts(model(rows).start(), rows, 400, 900).getLast();
      if (input == 2) {
        assertThat(last.high()).isTrue();
        assertThat(last.topInput()).isEqualTo(2);
      } else {
        assertThat(last.high()).isFalse();
      }
    }
  }

  @Test
  void aMovingReferenceForgetsWhatCameSlowly() {
    double[][] rows = MultivariateSensors.rows(4_000, 22);
    for (int row = 400; row < 4_000; row++) {
      rows[row][3] += (row - 400) * 0.015;
    }
    var family = new LevelFamily();
    var fixed = family.load(family.fit(MultivariateSensors.training(rows, 0, 400, Map.of())));
    var moving =
        family.load(
            family.fit(MultivariateSensors.training(rows, 0, 400, Map.of("reference", "moving"))));
    double fixedScore = verdicts(fixed.start(), rows, 400, 4_000).getLast().contributions().get(3);
    double movingScore =
        verdicts(moving.start(), rows, 400, 4_000).getLast().contributions().get(3);
    assertThat(fixedScore).isGreaterThan(3);
    assertThat(movingScore).isLessThan(fixedScore / 2);
  }

  /** Quantiles of chi-square with 8 degrees of freedom and the normal deviates of the same tail. */
  @Test
  void chiSquareIsReadAsStandardDeviations() {
    assertThat(ChiSquare.deviate(15.507 / 8, 8)).isCloseTo(1.645, within(0.02));
    assertThat(ChiSquare.deviate(20.090 / 8, 8)).isCloseTo(2.326, within(0.02));
    assertThat(ChiSquare.deviate(26.124 / 8, 8)).isCloseTo(3.090, within(0.03));
    assertThat(ChiSquare.deviate(7.344 / 8, 8)).isCloseTo(0, within(0.01));
  }
}
