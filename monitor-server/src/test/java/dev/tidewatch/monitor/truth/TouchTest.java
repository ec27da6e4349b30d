package dev.tidewatch.monitor.truth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TouchTest {
  @Test
  void nearTimesShareASpanAndFarOnesDoNot() {
    assertThat(Touch.of("s", 3, new long[] {50, 10, 14, 12, 51}, 5))
        .containsExactly(new Touch("s", 3, 10, 14), new Touch("s", 3, 50, 51));
    assertThat(Touch.of("s", 3, new long[] {7}, 5)).containsExactly(new Touch("s", 3, 7, 7));
    assertThat(Touch.of("s", 3, new long[0], 5)).isEmpty();
  }

  @Test
  void everyTimeIsInASpanAndTheirNumberIsBounded() {
    long seed = 5;
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      long[] times =
          LongStream.generate(() -> random.nextLong(1_000_000))
              .limit(1 + random.nextInt(1000))
              .toArray();
      List<Touch> spans = Touch.of("s", 0, times, random.nextInt(2000));

      assertThat(spans).as("seed %d round %d", seed, round).hasSizeBetween(1, 256);
      for (long time : times) {
        assertThat(spans).anyMatch(t -> t.fromMicros() <= time && time <= t.toMicros());
      }
    }
  }
}
