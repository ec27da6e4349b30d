package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class QuantileSketchTest {
  private static final double[] QUANTILES = {0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 1};

  @Test
  void isWithinOnePercentOfTheExactQuantile() {
    for (long seed = 1; seed <= 200; seed++) {
      double[] values = values(new Random(seed));
      QuantileSketch sketch = sketchOf(values);
      Arrays.sort(values);
      assertThat(sketch.count()).isEqualTo(values.length);
      for (double q : QUANTILES) {
        double exact = values[(int) (q * (values.length - 1))];
        assertThat(sketch.quantile(q))
            .as("seed %d, q %s", seed, q)
            .isCloseTo(exact, within(Math.abs(exact) * 0.010001 + Double.MIN_NORMAL));
      }
    }
  }

  @Test
  void mergingIsTheSketchOfTheUnion() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new Random(seed);
      double[] first = values(random);
      double[] second = values(random);
      double[] both = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      QuantileSketch merged = sketchOf(first);
      merged.merge(sketchOf(second));
      assertThat(merged.toByteArray()).as("seed %d", seed).isEqualTo(sketchOf(both).toByteArray());
      var stored = new QuantileSketch();
      stored.merge(sketchOf(second).toByteArray());
      stored.merge(sketchOf(first).toByteArray());
      assertThat(stored.toByteArray()).as("seed %d", seed).isEqualTo(sketchOf(both).toByteArray());
    }
  }

  @Test
  void holdsTheWholeRangeOfNumbers() {
    for (double value :
        new double[] {0, Double.MIN_VALUE, Double.MIN_NORMAL, 1e-300, 1, 1e300, Double.MAX_VALUE}) {
      for (double signed : new double[] {value, -value}) {
        assertThat(sketchOf(signed).quantile(0.5))
            .isCloseTo(signed, within(value * 0.010001 + Double.MIN_NORMAL));
      }
    }
  }

  @Test
  void saysWhatItCannotHold() {
    var sketch = new QuantileSketch();
    assertThat(sketch.quantile(0.5)).isNaN();
    assertThatThrownBy(() -> sketch.add(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sketch.add(Double.NEGATIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sketch.merge(new byte[] {2})).hasMessageContaining("version 2");
    assertThatThrownBy(() -> sketch.merge(new byte[] {1, 0, 5}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double[] values(Random random) {
    double[] values = new double[1 + random.nextInt(2_000)];
    double scale = Math.exp(random.nextGaussian() * 20);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          random.nextInt(10) == 0
              ? 0
              : scale * Math.exp(random.nextGaussian()) * random.nextGaussian();
    }
    return values;
  }

  private static QuantileSketch sketchOf(double... values) {
    var sketch = new QuantileSketch();
    for (double value : values) {
      sketch.add(value);
    }
    return sketch;
  }
}
