package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Samples;

/**
 * How what is measured compares with what was measured beside it, round after round: what slows the
 * machine down for some seconds slows both sides of a round. Owned by one thread.
 */
final class RatioOfRounds {
  private final Samples ratios = new Samples();

  void add(double measured, double beside) {
    ratios.add(measured / beside);
  }

  /** Median under the key, and the extremes under {@code key_min} and {@code key_max}. */
  void put(Figures figures, String key) {
    figures.put(key, ratios.median());
    figures.put(key + "_min", ratios.min());
    figures.put(key + "_max", ratios.max());
  }
}
