package dev.tidewatch.timeseries.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LaggedCorrelationTest {
  @Test
  void itIsPearsonsWithoutLag() {
    // Anscombe's first set: 0.81642.
    double[] x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    double[] y = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};

    var found = LaggedCorrelation.strongest(x, y, 0, 10).orElseThrow();

    assertThat(found.coefficient()).isCloseTo(0.81642051634484, within(1e-12));
    assertThat(found.pairs()).isEqualTo(11);
    assertThat(found.lag()).isZero();
  }

  @Test
  void theLagSaysByHowMuchTheSecondFollows() {
    for (long seed = 1; seed <= 50; seed++) {
      var random = new SplittableRandom(seed);
      int lag = random.nextInt(-20, 21);
      double sign = random.nextBoolean() ? 1 : -1;
      var first = new double[300];
      var second = new double[300];
      var source = new double[400];
      for (int i = 0; i < source.length; i++) {
        source[i] = 1e6 + random.nextDouble();
      }
      for (int i = 0; i < first.length; i++) {
        first[i] = random.nextInt(10) == 0 ? Double.NaN : source[i + 50];
        second[i] = random.nextInt(10) == 0 ? Double.NaN : sign * source[i + 50 - lag];
      }
      var found = LaggedCorrelation.strongest(first, second, 24, 10).orElseThrow();

      assertThat(found.lag()).as("seed %d", seed).isEqualTo(lag);
      assertThat(found.coefficient()).as("seed %d", seed).isCloseTo(sign, within(1e-6));

      var reversed = LaggedCorrelation.strongest(second, first, 24, 10).orElseThrow();
      assertThat(reversed.lag()).as("seed %d", seed).isEqualTo(-lag);
      assertThat(reversed.pairs()).as("seed %d", seed).isEqualTo(found.pairs());
    }
  }

  @Test
  void aFewPairsAtTheFarEndDoNotWin() {
    var random = new SplittableRandom(3);
    var first = new double[40];
    var second = new double[40];
    for (int i = 0; i < first.length; i++) {
      first[i] = random.nextDouble();
      second[i] = random.nextDouble();
    }
    var found = LaggedCorrelation.strongest(first, second, 39, 3).orElseThrow();

    assertThat(found.pairs()).isGreaterThanOrEqualTo(20);
  }

  @Test
  void whatNeverChangesOrHardlyMeetsHasNone() {
    double[] rising = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    var constant = new double[12];
    java.util.Arrays.fill(constant, 0.1);
    var sparse = new double[12];
    java.util.Arrays.fill(sparse, Double.NaN);
    sparse[3] = 1;
    sparse[4] = 2;

    assertThat(LaggedCorrelation.strongest(rising, constant, 2, 10)).isEmpty();
    assertThat(LaggedCorrelation.strongest(rising, sparse, 2, 10)).isEmpty();
    assertThat(LaggedCorrelation.strongest(new double[0], new double[0], 2, 10)).isEmpty();
  }
}
