package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import java.util.List;
import java.util.OptionalDouble;

/** Figures for tests; what is not given is empty. */
public final class SomeFigures {
  private SomeFigures() {}

  public static AccuracyFigures of(long pairs, double mae) {
    return of(pairs, mae, OptionalDouble.empty(), List.of());
  }

  public static AccuracyFigures of(
      long pairs, double mae, OptionalDouble mape, List<IntervalFigures> intervals) {
    var none = OptionalDouble.empty();
    return new AccuracyFigures(
        pairs,
        0,
        0,
        OptionalDouble.of(mae),
        none,
        mape,
        0,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        intervals);
  }
}
