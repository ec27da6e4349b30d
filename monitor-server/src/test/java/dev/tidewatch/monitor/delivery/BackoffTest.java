package dev.tidewatch.monitor.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void pausesDoubleUpToTheLongestAndHalfOfEachIsDrawnByLot() {
    long seed = 42;
    var random = new SplittableRandom(seed);
    var backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
    for (int attempt = 1; attempt <= 100; attempt++) {
      Duration full =
          attempt <= 9 ? Duration.ofSeconds(1L << (attempt - 1)) : Duration.ofMinutes(5);
      for (int i = 0; i < 100; i++) {
        assertThat(backoff.after(attempt, random))
            .as("attempt %d, seed %d", attempt, seed)
            .isBetween(full.dividedBy(2), full);
      }
    }
  }
}
