package dev.tidewatch.ingest.quality;

import java.util.function.LongUnaryOperator;

/**
 * Counts of non-negative numbers in buckets whose width is at most 1/256 of the number: numbers
 * below 512 exactly, others to 0.2 %. At most 112 KiB. Not thread-safe.
 */
final class LogHistogram {
  private static final int PER_OCTAVE = 256;
  private static final int OCTAVES = 56;

  private long[] counts = {};
  private long total;

  void add(long number, long count) {
    if (counts.length == 0) {
      counts = new long[PER_OCTAVE * OCTAVES];
    }
    counts[bucket(Math.max(0, number))] += count;
    total += count;
  }

  long total() {
    return total;
  }

  /** The number that a share of all does not exceed; there must be one. */
  long quantile(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * total));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank) {
        return middle(bucket);
      }
    }
    throw new IllegalStateException("nothing was added");
  }

  /** The sum over all numbers of what the function makes of them. */
  long sum(LongUnaryOperator of) {
    long sum = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      if (counts[bucket] > 0) {
        sum += counts[bucket] * of.applyAsLong(middle(bucket));
      }
    }
    return sum;
  }

  private static int bucket(long number) {
    if (number < 2 * PER_OCTAVE) {
      return (int) number;
    }
    int shift = 63 - Long.numberOfLeadingZeros(number) - 8;
    return shift * PER_OCTAVE + (int) (number >>> shift);
  }

  private static long middle(int bucket) {
    int shift = bucket < 2 * PER_OCTAVE ? 0 : bucket / PER_OCTAVE - 1;
    return ((long) (bucket - shift * PER_OCTAVE) << shift) + ((1L << shift) >> 1);
  }
}
