package dev.tidewatch.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Readings of several series, one a second each, in random order within a day; then the next day. A
 * tenth of each batch are readings that were sent before: half of those in earlier batches of this
 * source, half in the same one (in the first batch all).
 */
final class ShuffledReadings implements ReadingSource {
  private static final int SECONDS_PER_DAY = 86_400;

  private final long seed;
  private final int firstSeries;
  private final int seriesCount;
  private final long firstMicros;
  private final SplittableRandom random;
  private final Permutation permutation;
  private final int fresh;
  private final int repeatedOfThis;
  private final int repeatedOfEarlier;
  private final long[] slots;
  private long sent;

  /**
   * Makes one.
   *
   * @param batchReadings a multiple of 20
   */
  ShuffledReadings(
      long seed, int firstSeries, int seriesCount, int batchReadings, long firstMicros) {
    if (batchReadings % 20 != 0) {
      throw new IllegalArgumentException("batchReadings: " + batchReadings);
    }
    this.seed = seed;
    this.firstSeries = firstSeries;
    this.seriesCount = seriesCount;
    this.firstMicros = firstMicros;
    this.random = new SplittableRandom(seed + firstSeries);
    this.permutation = new Permutation((long) seriesCount * SECONDS_PER_DAY, random.nextLong());
    this.repeatedOfThis = batchReadings / 20;
    this.repeatedOfEarlier = batchReadings / 20;
    this.fresh = batchReadings - repeatedOfThis - repeatedOfEarlier;
    this.slots = new long[batchReadings];
  }

  @Override
  public int next(ReadingSink sink) throws Exception {
    int n = 0;
    for (; n < fresh; n++) {
      slots[n] = slot(sent + n);
    }
    for (int i = 0; i < repeatedOfThis; i++) {
      slots[n++] = slots[random.nextInt(fresh)];
    }
    for (int i = 0; i < repeatedOfEarlier; i++) {
      slots[n++] = sent == 0 ? slots[random.nextInt(fresh)] : slot(random.nextLong(sent));
    }
    sent += fresh;

    int[] counts = new int[seriesCount];
    for (long slot : slots) {
      counts[(int) (slot % seriesCount)]++;
    }
    long[][] times = new long[seriesCount][];
    for (int s = 0; s < seriesCount; s++) {
      times[s] = new long[counts[s]];
    }
    Arrays.fill(counts, 0);
    for (long slot : slots) {
      int s = (int) (slot % seriesCount);
      times[s][counts[s]++] = firstMicros + slot / seriesCount * GeneratedReadings.SECOND_MICROS;
    }
    for (int s = 0; s < seriesCount; s++) {
      if (counts[s] > 0) {
        double[] values = new double[counts[s]];
        for (int i = 0; i < values.length; i++) {
          values[i] = GeneratedReadings.value(seed, firstSeries + s, times[s][i]);
        }
        sink.accept(firstSeries + s, times[s], values);
      }
    }
    return slots.length;
  }

  @Override
  public long distinct() {
    return sent;
  }

  /** Which second of which series comes {@code index}th. */
  private long slot(long index) {
    long day = index / permutation.size();
    return day * permutation.size() + permutation.apply(index % permutation.size());
  }
}
