package dev.tidewatch.benchmarks;

/**
 * Readings that are a function of seed, series and time, so that whoever knows those three can say
 * what should have been stored.
 */
final class GeneratedReadings {
  static final long SECOND_MICROS = 1_000_000;
  static final long DAY_MICROS = 86_400 * SECOND_MICROS;

  /** 2005-01-01: each part of a run has 40 days of its own after it. */
  private static final long FIRST_MICROS = 1_104_537_600_000_000L;

  private static final long PART_MICROS = 40 * DAY_MICROS;

  private GeneratedReadings() {}

  /** From where on part {@code part} of a run writes; parts do not meet in 39 days. */
  static long beginOfPart(int part) {
    return FIRST_MICROS + part * PART_MICROS;
  }

  /** The value of a reading, in [0, 1), with all digits of a double. */
  static double value(long seed, int series, long micros) {
    return (mix(mix(seed ^ series) + micros) >>> 11) * 0x1p-53;
  }

  /** Finalizer of SplitMix64 (Steele, Lea, Flood 2014): one to one, and every bit counts. */
  static long mix(long bits) {
    long z = bits + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Adds up to the same over any order of the same readings, and hardly ever over others. */
  static long checksum(int series, long micros, double value) {
    return mix(mix(mix(series) + micros) ^ Double.doubleToRawLongBits(value));
  }
}
