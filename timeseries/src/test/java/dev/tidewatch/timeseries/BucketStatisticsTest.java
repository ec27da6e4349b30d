package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class BucketStatisticsTest {
  @Test
  void mergingPartsIsTheWholeWhateverTheirOrder() {
    for (long seed = 1; seed <= 300; seed++) {
      var random = new Random(seed);
      double offset = random.nextGaussian() * 1e9;
      var whole = new BucketStatistics();
      var merged = new BucketStatistics();
      var stored = new BucketStatistics();
      int parts = 1 + random.nextInt(8);
      int[] order = random.ints(0, 1_000).distinct().limit(parts).toArray();
      double squares = 0;
      double[] all = new double[parts * 50];
      int filled = 0;
      for (int part : order) {
        var bucket = new BucketStatistics();
        int size = 1 + random.nextInt(50);
        for (int i = 0; i < size; i++) {
          double value = offset + random.nextGaussian();
          long time = part * 1_000L + i;
          bucket.add(time, value);
          whole.add(time, value);
          all[filled++] = value;
        }
        merged.merge(bucket);
        stored.merge(
            bucket.count(),
            bucket.sum(),
            bucket.m2(),
            bucket.min(),
            bucket.max(),
            bucket.firstMicros(),
            bucket.first(),
            bucket.lastMicros(),
            bucket.last());
      }
      double mean = 0;
      for (int i = 0; i < filled; i++) {
        mean += (all[i] - offset) / filled;
      }
      for (int i = 0; i < filled; i++) {
        squares += (all[i] - offset - mean) * (all[i] - offset - mean);
      }
      for (BucketStatistics each : new BucketStatistics[] {whole, merged, stored}) {
        assertThat(each.count()).as("seed %d", seed).isEqualTo(filled);
        assertThat(each.mean()).isCloseTo(offset + mean, within(Math.abs(offset) * 1e-14 + 1e-12));
        // A sum of squares would be off by 1e18 * 2^-53 = 100 here.
        assertThat(each.m2()).as("seed %d", seed).isCloseTo(squares, within(squares * 1e-4 + 1e-3));
        assertThat(each.min()).isEqualTo(whole.min());
        assertThat(each.max()).isEqualTo(whole.max());
        assertThat(each.first()).isEqualTo(whole.first());
        assertThat(each.firstMicros()).isEqualTo(whole.firstMicros());
        assertThat(each.last()).isEqualTo(whole.last());
        assertThat(each.lastMicros()).isEqualTo(whole.lastMicros());
      }
    }
  }

  @Test
  void isEmptyAtFirst() {
    var empty = new BucketStatistics();
    empty.merge(new BucketStatistics());
    assertThat(empty.count()).isZero();
    assertThat(
            new double[] {
              empty.mean(),
              empty.min(),
              empty.max(),
              empty.first(),
              empty.last(),
              empty.standardDeviation()
            })
        .containsOnly(Double.NaN);
    empty.add(5, 7);
    assertThat(empty.mean()).isEqualTo(7);
    assertThat(empty.standardDeviation()).isNaN();
    empty.add(6, 9);
    assertThat(empty.standardDeviation()).isEqualTo(Math.sqrt(2));
  }
}
