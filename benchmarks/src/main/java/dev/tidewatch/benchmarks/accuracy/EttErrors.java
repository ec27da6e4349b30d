package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.models.forecast.Forecast;

/**
 * Mean squared and mean absolute error over windows, steps and columns, in units of each column's
 * standard deviation (of the population) over the training rows.
 */
final class EttErrors {
  private double squares;
  private double absolutes;
  private long steps;
  private long covered;

  Column column(double[] values, int trainRows) {
    double mean = 0;
    for (int row = 0; row < trainRows; row++) {
      mean += values[row] / trainRows;
    }
    double variance = 0;
    for (int row = 0; row < trainRows; row++) {
      variance += (values[row] - mean) * (values[row] - mean) / trainRows;
    }
    return new Column(values, Math.sqrt(variance));
  }

  /** Adds the errors of one column. */
  final class Column {
    private final double[] values;
    private final double deviation;

    private Column(double[] values, double deviation) {
      this.values = values;
      this.deviation = deviation;
    }

    /**
     * @param origin row of the first step
     * @param forecast with one level
     */
    void add(int origin, Forecast forecast) {
      for (int step = 0; step < forecast.horizon(); step++) {
        double actual = values[origin + step];
        double error = (actual - forecast.mean(step)) / deviation;
        squares += error * error;
        absolutes += Math.abs(error);
        boolean inside = actual >= forecast.lower(0, step) && actual <= forecast.upper(0, step);
        covered += inside ? 1 : 0;
        steps++;
      }
    }
  }

  double meanSquared() {
    return squares / steps;
  }

  double meanAbsolute() {
    return absolutes / steps;
  }

  double coverage() {
    return (double) covered / steps;
  }
}
