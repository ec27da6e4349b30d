package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Samples;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured window after window until three in a row lie within 10 % of each other. Owned by
 * one thread.
 */
final class StableWindows {
  private static final int IN_A_ROW = 3;
  private static final double SPREAD_MAX = 1.10;

  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  boolean isStable() {
    if (values.size() < IN_A_ROW) {
      return false;
    }
    Samples last = last();
    return last.max() <= last.min() * SPREAD_MAX;
  }

  private Samples last() {
    var last = new Samples();
    values.subList(Math.max(0, values.size() - IN_A_ROW), values.size()).forEach(last::add);
    return last;
  }

  /** Median of the last three. */
  double value() {
    return last().median();
  }
}
