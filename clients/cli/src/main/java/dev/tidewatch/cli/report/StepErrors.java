package dev.tidewatch.cli.report;

import dev.tidewatch.models.forecast.BacktestReport.Origin;
import java.util.ArrayList;
import java.util.List;

/** Figures by horizon step; {@code NaN} for a step without truth. */
public final class StepErrors {
  private StepErrors() {}

  private interface Figure {
    double of(Origin origin, int step);
  }

  /** Mean absolute error by step. */
  public static List<Double> meanAbsolute(List<Origin> origins) {
    return means(
        origins,
        (origin, step) -> Math.abs(origin.actual().get(step) - origin.forecast().mean(step)));
  }

  /** Share of values within the interval of a level, by step. */
  public static List<Double> coverage(List<Origin> origins, int level) {
    return means(
        origins,
        (origin, step) -> {
          double actual = origin.actual().get(step);
          if (Double.isNaN(actual)) {
            return Double.NaN;
          }
          return origin.forecast().lower(level, step) <= actual
                  && actual <= origin.forecast().upper(level, step)
              ? 1
              : 0;
        });
  }

  private static List<Double> means(List<Origin> origins, Figure figure) {
    int steps = origins.stream().mapToInt(origin -> origin.actual().size()).max().orElse(0);
    List<Double> means = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      double sum = 0;
      int count = 0;
      for (Origin origin : origins) {
        double value = step < origin.actual().size() ? figure.of(origin, step) : Double.NaN;
        if (!Double.isNaN(value)) {
          sum += value;
          count++;
        }
      }
      means.add(count == 0 ? Double.NaN : sum / count);
    }
    return means;
  }
}
