package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.timeseries.ConformalOffsets.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConformalOffsetsTest {
  @Test
  void theOffsetIsTheScoreOfTheRankThatTheLevelAsksFor() {
    var truths = new ArrayList<Truth>();
    for (int i = 1; i <= 9; i++) {
      truths.add(new Truth(0, -10, 10, 10 + i)); // scores 1 to 9
    }
    // ceil(10 * 0.8) = 8; ceil(10 * 0.95) = 10 is beyond the last.
    assertThat(ConformalOffsets.of(truths, 0.8, 5, 0.5, 4)).containsExactly(8);
    assertThat(ConformalOffsets.of(truths, 0.95, 5, 0.5, 4)).containsExactly(9);
    assertThat(ConformalOffsets.of(truths, 0.8, 5, 0.5, 0.3)).containsExactly(3);
    assertThat(ConformalOffsets.coverage(truths, new double[] {8})).isEqualTo(8 / 9.0);
  }

  @Test
  void intervalsThatAreTooWideShrinkByAtMostTheirShare() {
    List<Truth> truths = List.of(new Truth(0, -10, 10, 0), new Truth(0, -10, 10, 1));
    assertThat(ConformalOffsets.of(truths, 0.5, 2, 1, 4)).containsExactly(-9);
    assertThat(ConformalOffsets.of(truths, 0.5, 2, 0.5, 4)).containsExactly(-5);
  }

  @Test
  void stepsWithFewTruthsShareAnOffset() {
    var truths = new ArrayList<Truth>();
    for (int step = 0; step < 5; step++) {
      for (int i = 0; i < 4; i++) {
        truths.add(new Truth(step, -10, 10, 10 + step));
      }
    }
    double[] offsets = ConformalOffsets.of(truths, 0.9, 8, 0.5, 4);
    // Steps 0 and 1; then 2 to 4, since one step alone would have too few.
    assertThat(offsets).containsExactly(1, 1, 4, 4, 4);
    assertThat(ConformalOffsets.at(offsets, 9)).isEqualTo(4);
    assertThat(ConformalOffsets.at(new double[0], 9)).isZero();
    assertThatThrownBy(() -> ConformalOffsets.of(truths, 0.9, 21, 0.5, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void truthsToComeAreCoveredAtTheLevel() {
    long seed = 42;
    var random = new SplittableRandom(seed);
    List<Truth> seen = gaussians(random, 2_000);
    List<Truth> toCome = gaussians(random, 20_000);
    double[] offsets = ConformalOffsets.of(seen, 0.9, 200, 0.9, 10);
    assertThat(ConformalOffsets.coverage(toCome, new double[0])).isLessThan(0.7);
    assertThat(ConformalOffsets.coverage(toCome, offsets))
        .as("seed %d", seed)
        .isCloseTo(0.9, within(0.02));
  }

  /** Intervals of half a standard deviation to either side for step 0, one for step 1. */
  private static List<Truth> gaussians(SplittableRandom random, int count) {
    var truths = new ArrayList<Truth>();
    for (int i = 0; i < count; i++) {
      int step = i % 2;
      double half = (step + 1) * 0.5;
      truths.add(new Truth(step, -half, half, random.nextGaussian()));
    }
    return truths;
  }
}
