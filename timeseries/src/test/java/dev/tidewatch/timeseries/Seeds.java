package dev.tidewatch.timeseries;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Runs a property over many seeds; a failure names its seed, and {@code -Dseed=N} runs that one
 * alone.
 */
public final class Seeds {
  private Seeds() {}

  public static void forEach(int count, Consumer<RandomGenerator> property) {
    String only = System.getProperty("seed");
    long first = only == null ? 1 : Long.parseLong(only);
    long last = only == null ? count : first;
    for (long seed = first; seed <= last; seed++) {
      try {
        property.accept(new SplittableRandom(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("failed with -Dseed=" + seed, e);
      }
    }
  }
}
