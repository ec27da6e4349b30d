package dev.tidewatch.benchmarks;

/**
 * A pseudo-random permutation of 0 to {@code size} - 1 that needs no memory: a Feistel network on
 * the next even power of two, walked until it falls into the range (Black and Rogaway, 2002).
 */
final class Permutation {
  private static final int ROUNDS = 4;

  private final long size;
  private final long key;
  private final int halfBits;
  private final long halfMask;

  Permutation(long size, long key) {
    if (size < 1) {
      throw new IllegalArgumentException("size: " + size);
    }
    this.size = size;
    this.key = key;
    this.halfBits = Math.max(1, (64 - Long.numberOfLeadingZeros(size - 1) + 1) / 2);
    this.halfMask = (1L << halfBits) - 1;
  }

  long size() {
    return size;
  }

  /** Where {@code index}, 0 to {@code size} - 1, goes. */
  long apply(long index) {
    long at = index;
    do {
      long left = at >>> halfBits;
      long right = at & halfMask;
      for (int round = 0; round < ROUNDS; round++) {
        long mixed = left ^ (GeneratedReadings.mix(key + round + (right << 3)) & halfMask);
        left = right;
        right = mixed;
      }
      at = left << halfBits | right;
    } while (at >= size);
    return at;
  }
}
