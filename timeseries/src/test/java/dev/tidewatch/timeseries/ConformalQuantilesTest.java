package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConformalQuantilesTest {
  @Test
  void scoresAreDistancesFromTheBand() {
    assertThat(ConformalQuantiles.score(1, 3, 5)).isEqualTo(2);
    assertThat(ConformalQuantiles.score(1, 3, 0.5)).isEqualTo(0.5);
    assertThat(ConformalQuantiles.score(1, 3, 2.5)).isEqualTo(-0.5);
  }

  @Test
  void takesTheRankOfTheFiniteSample() {
    var scores = new double[][][] {{{3, -1, 2, 0, 1, 4, 5, 6, 7}}};
    ConformalQuantiles conformal = ConformalQuantiles.of(List.of(0.9), scores);
    // ceil(10 * 0.5) = 5th smallest of -1..7; ceil(10 * 0.95) = 10th of 9: the largest.
    assertThat(conformal.offset(0, 0, 0.5)).isEqualTo(3);
    assertThat(conformal.offset(0, 0, 0.95)).isEqualTo(7);
    assertThat(conformal.scores(0, 0)).isSorted();
  }

  @Test
  void aLevelIsServedFromTheNearestBand() {
    var scores = new double[][][] {{{0}}, {{0}}, {{0}}};
    ConformalQuantiles conformal = ConformalQuantiles.of(List.of(0.5, 0.8, 0.95), scores);
    assertThat(conformal.bandFor(0.5)).isZero();
    assertThat(conformal.bandFor(0.86)).isEqualTo(1);
    assertThat(conformal.bandFor(0.99)).isEqualTo(2);
  }

  @Test
  void coversWhatItPromisesWhateverTheBand() {
    long seed = 7;
    var random = new SplittableRandom(seed);
    // A band that knows nothing of the values' spread, which is exponential.
    double lower = -0.1;
    double upper = 0.3;
    int covered = 0;
    int trials = 4_000;
    for (int trial = 0; trial < trials; trial++) {
      var scores = new double[59];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = ConformalQuantiles.score(lower, upper, -Math.log(random.nextDouble(1e-9, 1)));
      }
      var conformal = ConformalQuantiles.of(List.of(0.8), new double[][][] {{scores}});
      double offset = conformal.offset(0, 0, 0.9);
      double value = -Math.log(random.nextDouble(1e-9, 1));
      covered += value >= lower - offset && value <= upper + offset ? 1 : 0;
    }
    // 54 of 60 ranks: 0.9 exactly; the standard error is 0.005.
    assertThat((double) covered / trials).as("seed " + seed).isCloseTo(0.9, within(0.02));
  }

  @Test
  void flatAndBack() {
    var scores = new double[][][] {{{1, 2}, {3}}};
    ConformalQuantiles conformal = ConformalQuantiles.of(List.of(0.9), scores);
    assertThat(ConformalQuantiles.unflatten(conformal.flat(0), conformal.lengths(0)))
        .isDeepEqualTo(scores[0]);
    assertThatThrownBy(() -> ConformalQuantiles.unflatten(new double[3], new double[] {2}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ConformalQuantiles.unflatten(new double[3], new double[] {2, 2}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesScoresThatAreNone() {
    assertThatThrownBy(() -> ConformalQuantiles.of(List.of(0.9), new double[][][] {{{Double.NaN}}}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ConformalQuantiles.of(List.of(0.9, 0.5), new double[2][1][1]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
