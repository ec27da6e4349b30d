package dev.tidewatch.timeseries.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.timeseries.significance.NormalQuantile;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class DriftMeasuresTest {
  private static double[] normal(long seed, int count, double mean, double deviation) {
    RandomGenerator random = new Random(seed);
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = mean + deviation * random.nextGaussian();
    }
    return values;
  }

  /** Evenly spaced quantiles: as near to the distribution itself as so many points come. */
  private static Distribution ideal(int count, double mean) {
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = mean + NormalQuantile.of((i + 0.5) / count);
    }
    return Distribution.of(values);
  }

  @Test
  void agreesWithClosedFormsOfAMovedNormal() {
    // A normal distribution moved by d: W1 = d; KS = 2 Phi(d / 2) - 1 = 0.19741 for d = 0.5; PSI
    // over the whole line = d^2, a little less over deciles; JS about d^2 / 8 nats.
    DriftMeasures measures =
        DriftMeasures.between(ideal(20_000, 0), 20_000, ideal(20_000, 0.5), 20_000);
    assertThat(measures.wasserstein()).isCloseTo(0.5, within(0.001));
    assertThat(measures.kolmogorovSmirnov()).isCloseTo(0.19741, within(0.0005));
    assertThat(measures.psi()).isBetween(0.22, 0.25);
    assertThat(measures.jensenShannon()).isBetween(0.038, 0.0451);
  }

  @Test
  void sumsByHand() {
    // Deciles of 1 to 10 are its points, so the last bin is empty of reference beyond 9.
    Distribution reference = Distribution.of(1, 2, 3, 4);
    Distribution current = Distribution.of(2, 3, 4, 5);
    DriftMeasures measures = DriftMeasures.between(reference, 4, current, 4);
    assertThat(measures.kolmogorovSmirnov()).isEqualTo(0.25);
    assertThat(measures.wasserstein()).isCloseTo(1 / Math.sqrt(1.25), within(1e-12));
    // Edges 1, 2, 3, 4 and beyond: reference 1/4 four times and 0, current 0 and 1/4 four times;
    // with half a sample more in each bin, shares are 1.5/6.5 and 0.5/6.5.
    assertThat(measures.psi()).isCloseTo(2 * (1 / 6.5) * Math.log(3), within(1e-12));
    assertThat(measures.psiExpected()).isEqualTo(4 * 0.5);
  }

  @Test
  void chanceAloneGivesWhatIsExpected() {
    double sum = 0;
    int rounds = 200;
    for (int seed = 0; seed < rounds; seed++) {
      DriftMeasures measures =
          DriftMeasures.between(
              Distribution.of(normal(seed, 5000, 0, 1)),
              5000,
              Distribution.of(normal(10_000L + seed, 200, 0, 1)),
              200);
      sum += measures.psi() / measures.psiExpected();
    }
    assertThat(sum / rounds).isBetween(0.85, 1.15);
  }

  @Test
  void moreDataOfTheSameKindChangeNothing() {
    Distribution reference = Distribution.of(normal(1, 20_000, 0, 1));
    double few = 0;
    double many = 0;
    int rounds = 50;
    for (int seed = 0; seed < rounds; seed++) {
      few += excess(reference, normal(100L + seed, 200, 0.7, 1));
      many += excess(reference, normal(100L + seed, 5000, 0.7, 1));
    }
    assertThat(few / rounds).isCloseTo(many / rounds, within(0.08));
  }

  private static double excess(Distribution reference, double[] values) {
    DriftMeasures measures =
        DriftMeasures.between(reference, 20_000, Distribution.of(values), values.length);
    return measures.psi() - measures.psiExpected();
  }

  @Test
  void aMixtureWeighsItsPartsWhateverTheirSizes() {
    Distribution night = Distribution.of(1);
    Distribution day = Distribution.of(10, 10, 10, 20);
    Distribution mixed =
        Distribution.mixture(
            List.of(new Distribution.Part(night, 1), new Distribution.Part(day, 1)));
    assertThat(mixed.cumulative(0.9)).isZero();
    assertThat(mixed.cumulative(1)).isEqualTo(0.5);
    assertThat(mixed.cumulative(10)).isEqualTo(0.875);
    assertThat(mixed.cumulative(20)).isEqualTo(1);
    assertThat(mixed.quantile(0.5)).isEqualTo(1);
    assertThat(mixed.quantile(0.51)).isEqualTo(10);
    assertThat(mixed.mean()).isCloseTo((1 + 12.5) / 2, within(1e-12));
  }

  @Test
  void constantsHaveMeasuresToo() {
    DriftMeasures same = DriftMeasures.between(Distribution.of(5, 5), 2, Distribution.of(5), 1);
    assertThat(same.kolmogorovSmirnov()).isZero();
    assertThat(same.wasserstein()).isZero();
    DriftMeasures moved =
        DriftMeasures.between(Distribution.of(5, 5), 200, Distribution.of(6), 100);
    assertThat(moved.kolmogorovSmirnov()).isEqualTo(1);
    assertThat(moved.wasserstein()).isCloseTo(200, within(1e-9));
    assertThat(moved.psi()).isGreaterThan(1);
  }

  @Test
  void sketchesMergeAndComeBack() {
    double[] values = normal(3, 30_000, 10, 2);
    DistributionSketch whole = DistributionSketch.empty();
    DistributionSketch first = DistributionSketch.empty();
    DistributionSketch second = DistributionSketch.empty();
    for (int i = 0; i < values.length; i++) {
      whole.add(values[i]);
      (i % 3 == 0 ? first : second).add(values[i]);
    }
    first.merge(DistributionSketch.ofBytes(second.toBytes()));
    assertThat(first.count()).isEqualTo(30_000);
    Arrays.sort(values);
    for (double q : new double[] {0.01, 0.1, 0.5, 0.9, 0.99}) {
      double exact = values[(int) (q * values.length)];
      assertThat(first.distribution().cumulative(exact)).isCloseTo(q, within(0.01));
      assertThat(whole.distribution().cumulative(exact)).isCloseTo(q, within(0.01));
    }
  }

  @Test
  void equalValuesMakeEqualBytes() {
    double[] values = normal(4, 9_000, 0, 1);
    double[] turned = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i] = values[values.length - 1 - i];
    }
    DistributionSketch sketch = DistributionSketch.of(values, 256);
    assertThat(sketch.toBytes()).isEqualTo(DistributionSketch.of(turned, 256).toBytes());
    assertThat(sketch.count()).isEqualTo(256);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    assertThat(sketch.distribution().cumulative(sorted[4500])).isCloseTo(0.5, within(0.005));
    assertThat(DistributionSketch.of(new double[] {Double.NaN, 1}, 10).count()).isEqualTo(1);
  }

  @Test
  void whatIsNoSketchIsRefused() {
    assertThatThrownBy(() -> DistributionSketch.ofBytes(new byte[] {0, 0, 0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DistributionSketch.ofBytes(new byte[64]))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] cut = Arrays.copyOf(DistributionSketch.of(normal(5, 100, 0, 1), 100).toBytes(), 50);
    assertThatThrownBy(() -> DistributionSketch.ofBytes(cut))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DistributionSketch.empty().distribution())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> DistributionSketch.empty().add(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void normalQuantilesAreThoseOfTheTables() {
    assertThat(NormalQuantile.of(0.5)).isCloseTo(0, within(1e-9));
    assertThat(NormalQuantile.of(0.975)).isCloseTo(1.959963985, within(1e-8));
    assertThat(NormalQuantile.of(0.95)).isCloseTo(1.644853627, within(1e-8));
    assertThat(NormalQuantile.of(0.001)).isCloseTo(-3.090232306, within(1e-8));
    assertThatThrownBy(() -> NormalQuantile.of(1)).isInstanceOf(IllegalArgumentException.class);
  }
}
