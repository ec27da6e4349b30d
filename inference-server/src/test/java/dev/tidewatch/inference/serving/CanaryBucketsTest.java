package dev.tidewatch.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CanaryBucketsTest {
  /** Computed once by a program of another language from the description: they never change. */
  @Test
  void bucketsAreThoseOfTheDescription() {
    assertThat(CanaryBuckets.bucket("grid-load", "site/a/power")).isEqualTo(8272);
    assertThat(CanaryBuckets.bucket("waves", "wave/1")).isEqualTo(5665);
    assertThat(CanaryBuckets.bucket("waves", "größe/µ")).isEqualTo(1502);
  }

  @Test
  void keysThatDifferLittleAreSpreadEvenlyAndByModel() {
    int[] counts = new int[10];
    int same = 0;
    for (int i = 0; i < 100_000; i++) {
      String key = "site/sensor-" + i;
      counts[CanaryBuckets.bucket("m", key) / 1_000]++;
      same += CanaryBuckets.bucket("m", key) == CanaryBuckets.bucket("n", key) ? 1 : 0;
    }
    assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 10_000) < 400);
    assertThat(same).as("another model has other buckets").isLessThan(40);
    assertThat(IntStream.range(0, 1_000).map(i -> CanaryBuckets.bucket("m", "k" + i)))
        .allMatch(bucket -> bucket >= 0 && bucket < 10_000);
  }
}
