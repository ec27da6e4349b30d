package dev.tidewatch.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeneratedReadingsTest {
  private static final int SERIES = 10;
  private static final int BATCH = 1_000;
  private static final long SEED = 7;

  @Test
  void aPermutationMeetsEachNumberOnce() {
    for (long size : new long[] {1, 2, 3, 1_000, 86_400}) {
      var permutation = new Permutation(size, SEED);
      var met = new BitSet();
      for (long i = 0; i < size; i++) {
        long at = permutation.apply(i);
        assertThat(at).isBetween(0L, size - 1);
        met.set((int) at);
      }
      assertThat(met.cardinality()).as("size " + size).isEqualTo((int) size);
    }
  }

  @Test
  void aTenthOfTheShuffledReadingsIsRepeatedHalfOfItFromEarlierBatches() throws Exception {
    long first = GeneratedReadings.beginOfPart(3);
    var source = new ShuffledReadings(SEED, 500, SERIES, BATCH, first);
    Set<Long> before = new HashSet<>();
    for (int batch = 0; batch < 20; batch++) {
      Set<Long> here = new HashSet<>();
      int[] repeats = new int[2];
      int size =
          source.next((series, times, values) -> {
            assertThat(series).isBetween(500, 500 + SERIES - 1);
            for (int i = 0; i < times.length; i++) {
              assertThat(times[i]).isBetween(first, first + GeneratedReadings.DAY_MICROS - 1);
              assertThat(values[i]).isEqualTo(GeneratedReadings.value(SEED, series, times[i]));
              long key = series * GeneratedReadings.DAY_MICROS + times[i] - first;
              if (before.contains(key)) {
                repeats[0]++;
              } else if (!here.add(key)) {
                repeats[1]++;
              }
            }
          });
      assertThat(size).isEqualTo(BATCH);
      assertThat(repeats)
          .as("batch " + batch)
          .containsExactly(batch == 0 ? 0 : BATCH / 20, batch == 0 ? BATCH / 10 : BATCH / 20);
      before.addAll(here);
      assertThat(source.distinct()).isEqualTo(before.size());
    }
  }

  @Test
  void shuffledReadingsOfASeriesAreNotInOrder() throws Exception {
    var source = new ShuffledReadings(SEED, 0, SERIES, BATCH, 0);
    int[] inversions = new int[1];
    source.next((_, times, _) -> {
      for (int i = 1; i < times.length; i++) {
        inversions[0] += times[i] < times[i - 1] ? 1 : 0;
      }
    });
    // About half of the neighbours.
    assertThat(inversions[0]).isBetween(BATCH / 3, BATCH * 2 / 3);
  }

  @Test
  void readingsInOrderContinueFromBatchToBatch() throws Exception {
    var source = new InOrderReadings(SEED, 20, 2, 5, 1_000_000);
    long[] next = {1_000_000, 1_000_000};
    for (int batch = 0; batch < 3; batch++) {
      source.next((series, times, values) -> {
        for (int i = 0; i < times.length; i++) {
          assertThat(times[i]).isEqualTo(next[series - 20]);
          assertThat(values[i]).isEqualTo(GeneratedReadings.value(SEED, series, times[i]));
          next[series - 20] += GeneratedReadings.SECOND_MICROS;
        }
      });
    }
    assertThat(source.distinct()).isEqualTo(30);
  }

  @Test
  void theChecksumKnowsEachPart() {
    long one = GeneratedReadings.checksum(1, 2, .5);
    assertThat(GeneratedReadings.checksum(2, 1, .5)).isNotEqualTo(one);
    assertThat(GeneratedReadings.checksum(1, 3, .5)).isNotEqualTo(one);
    assertThat(GeneratedReadings.checksum(1, 2, Math.nextUp(.5))).isNotEqualTo(one);
  }
}
