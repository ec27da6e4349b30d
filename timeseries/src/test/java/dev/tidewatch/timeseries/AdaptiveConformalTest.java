package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AdaptiveConformalTest {
  private static final AdaptiveConformal.Rates RATES = new AdaptiveConformal.Rates(0.2, 0.1);

  @Test
  void coverageReturnsToItsLevelWhenErrorsGrowAndShrink() {
    Seeds.forEach(
        5,
        random -> {
          for (double size : new double[] {0.3, 1, 4}) {
            var adaptive = new AdaptiveConformal(List.of(0.5, 0.9), 1, RATES);
            var inside = new int[2];
            int count = 0;
            for (int t = 0; t < 6_000; t++) {
              double score = size * Math.abs(random.nextGaussian());
              if (t >= 1_000) {
                count++;
                for (int level = 0; level < 2; level++) {
                  inside[level] += score <= adaptive.factor(level, 0) ? 1 : 0;
                }
              }
              for (int level = 0; level < 2; level++) {
                boolean missed = score > adaptive.factor(level, 0);
                adaptive.learn(level, new int[] {0}, new boolean[] {missed});
              }
            }
            assertThat((double) inside[0] / count).isCloseTo(0.5, within(0.02));
            assertThat((double) inside[1] / count).isCloseTo(0.9, within(0.02));
            // The quantiles of a half-normal distribution.
            assertThat(adaptive.factor(0, 0)).isCloseTo(0.6745 * size, within(0.2 * size));
            assertThat(adaptive.factor(1, 0)).isCloseTo(1.6449 * size, within(0.4 * size));
          }
        });
  }

  @Test
  void oneTruthMovesItsOwnStepMostAndTheOthersTogether() {
    var adaptive = new AdaptiveConformal(List.of(0.9), 3, RATES);
    adaptive.learn(0, new int[] {1}, new boolean[] {true});
    assertThat(adaptive.factor(0, 1)).isCloseTo(Math.exp(0.3 * 0.9), within(1e-12));
    assertThat(adaptive.factor(0, 0)).isCloseTo(Math.exp(0.1 * 0.9), within(1e-12));
    // Two forecasts of one interval, one right and one wrong: the shared part is their mean, and
    // smaller for being the second.
    adaptive.learn(0, new int[] {0, 2}, new boolean[] {false, true});
    double shared = 0.1 * (0.9 + (0.9 - 0.1) / 2 / Math.sqrt(2));
    assertThat(adaptive.factor(0, 0)).isCloseTo(Math.exp(shared - 0.2 * 0.1), within(1e-12));
    assertThat(adaptive.factor(0, 2)).isCloseTo(Math.exp(shared + 0.2 * 0.9), within(1e-12));
  }

  @Test
  void factorsStayWithinBoundsAndRatesOfZeroChangeNothing() {
    var adaptive = new AdaptiveConformal(List.of(0.9), 1, new AdaptiveConformal.Rates(1, 1));
    var still = new AdaptiveConformal(List.of(0.9), 1, new AdaptiveConformal.Rates(0, 0));
    for (int i = 0; i < 100; i++) {
      adaptive.learn(0, new int[] {0}, new boolean[] {true});
      still.learn(0, new int[] {0}, new boolean[] {true});
    }
    assertThat(adaptive.factor(0, 0)).isCloseTo(Math.exp(3), within(1e-9));
    assertThat(still.factor(0, 0)).isEqualTo(1);
  }

  @Test
  void goesOnFromItsState() {
    var first = new AdaptiveConformal(List.of(0.8, 0.9), 2, RATES);
    first.learn(0, new int[] {0, 1}, new boolean[] {true, false});
    first.learn(1, new int[] {1}, new boolean[] {true});
    var second = new AdaptiveConformal(List.of(0.8, 0.9), 2, RATES);
    second.restore(first.state());
    for (var both : List.of(first, second)) {
      both.learn(1, new int[] {0, 1}, new boolean[] {true, false});
    }
    for (int level = 0; level < 2; level++) {
      for (int step = 0; step < 2; step++) {
        assertThat(second.factor(level, step)).isEqualTo(first.factor(level, step));
      }
    }
    assertThatThrownBy(() -> second.restore(new double[3])).hasMessageContaining("3 numbers");
    double[] damaged = first.state();
    damaged[1] = Double.NaN;
    assertThatThrownBy(() -> second.restore(damaged)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void argumentsAreChecked() {
    assertThatThrownBy(() -> new AdaptiveConformal.Rates(-0.1, 0)).hasMessageContaining("-0.1");
    assertThatThrownBy(() -> new AdaptiveConformal(List.of(1.0), 1, RATES))
        .hasMessageContaining("between 0 and 1");
    assertThatThrownBy(() -> new AdaptiveConformal(List.of(0.9), 0, RATES))
        .hasMessageContaining("0 steps");
    var adaptive = new AdaptiveConformal(List.of(0.9), 1, RATES);
    assertThatThrownBy(() -> adaptive.learn(0, new int[] {0}, new boolean[0]))
        .hasMessageContaining("1 steps with 0 outcomes");
  }
}
