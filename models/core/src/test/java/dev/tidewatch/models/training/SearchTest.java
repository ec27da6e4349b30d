package dev.tidewatch.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SearchTest {
  @Test
  void spacesAreReadAsTheyAreWritten() {
    assertThat(ParameterSpace.parse("1..30")).isEqualTo(new ParameterSpace.Whole(1, 30, false));
    assertThat(ParameterSpace.parse("0.1..0.9"))
        .isEqualTo(new ParameterSpace.Real(0.1, 0.9, false));
    assertThat(ParameterSpace.parse("1e-3..10:log"))
        .isEqualTo(new ParameterSpace.Real(1e-3, 10, true));
    assertThat(ParameterSpace.parse("-5..5")).isEqualTo(new ParameterSpace.Whole(-5, 5, false));
    assertThat(ParameterSpace.parse("add | mul"))
        .isEqualTo(new ParameterSpace.Choice(List.of("add", "mul")));
    for (String text : List.of("1..30", "0.1..0.9", "0.001..10.0:log", "a|b|c", "24")) {
      assertThat(ParameterSpace.parse(text).text()).isEqualTo(text);
    }
    assertThatThrownBy(() -> ParameterSpace.parse(" ")).hasMessageContaining("1..30");
    assertThatThrownBy(() -> ParameterSpace.parse("5..1")).hasMessageContaining("not ascend");
    assertThatThrownBy(() -> ParameterSpace.parse("0..1:log")).hasMessageContaining("above 0");
  }

  @Test
  void samplesStayInsideAndReachBothEnds() {
    var random = new SplittableRandom(7);
    var whole = ParameterSpace.parse("1..4:log");
    assertThat(Stream.generate(() -> whole.sample(random)).limit(500).distinct())
        .containsExactlyInAnyOrder("1", "2", "3", "4");
    var real = ParameterSpace.parse("0.01..100:log");
    double[] drawn =
        DoubleStream.generate(() -> Double.parseDouble(real.sample(random))).limit(2_000).toArray();
    assertThat(DoubleStream.of(drawn)).allMatch(value -> value >= 0.01 && value <= 100);
    // Each factor of ten is as likely as another.
    assertThat(DoubleStream.of(drawn).filter(value -> value < 1).count()).isBetween(900L, 1_100L);
    assertThat(real.sample(new SplittableRandom(3)))
        .isEqualTo(real.sample(new SplittableRandom(3)));
  }

  @Test
  void stopsWhenNothingGotBetterForLongEnough() {
    var stop = new EarlyStop(3, 0.01);
    double[] losses = {Double.NaN, 10, 9, 8.95, Double.NaN, 8.92, 1};
    int stoppedAt = -1;
    for (int step = 0; step < losses.length && stoppedAt < 0; step++) {
      stoppedAt = stop.shouldStop(losses[step]) ? step : -1;
    }
    assertThat(stoppedAt).as("less than 1 %% better is not better").isEqualTo(5);
    assertThat(stop.bestStep()).isEqualTo(2);
    assertThat(stop.best()).isEqualTo(9);
  }
}
