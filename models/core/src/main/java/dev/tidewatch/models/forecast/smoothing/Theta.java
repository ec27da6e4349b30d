package dev.tidewatch.models.forecast.smoothing;

import java.util.Arrays;

/**
 * The Theta method of Assimakopoulos and Nikolopoulos (2000) as the M4 competition's benchmark ran
 * it: the mean of the straight line through the (seasonally adjusted) values and of simple
 * exponential smoothing of the line with twice the curvature.
 *
 * @param intercept of the least-squares line, at the step before the first value
 * @param slope of it, per step
 * @param smoothing of the theta line 2
 * @param size number of values it was fitted to
 * @param level of the smoothing after the last value
 */
record Theta(double intercept, double slope, SimpleSmoothing smoothing, int size, double level) {
  private static final double CURVATURE = 2;

  /**
   * @param values at least 2, without a season
   */
  static Theta fit(double[] values) {
    double[] line = line(values);
    double[] curved = curved(values, line);
    SimpleSmoothing smoothing = SimpleSmoothing.fit(curved);
    return new Theta(line[0], line[1], smoothing, values.length, smoothing.level(curved));
  }

  /** With a smoothing that was found earlier, and the first level that goes best with it. */
  static Theta withAlpha(double[] values, double alpha) {
    double[] line = line(values);
    double[] curved = curved(values, line);
    SimpleSmoothing smoothing = SimpleSmoothing.withAlpha(curved, alpha);
    return new Theta(line[0], line[1], smoothing, values.length, smoothing.level(curved));
  }

  /** Intercept and slope by least squares over the steps 1 to n. */
  static double[] line(double[] values) {
    int n = values.length;
    double centre = (n + 1) / 2.0;
    double mean = Arrays.stream(values).average().orElse(0);
    double products = 0;
    double squares = 0;
    for (int t = 0; t < n; t++) {
      products += (t + 1 - centre) * (values[t] - mean);
      squares += (t + 1 - centre) * (t + 1 - centre);
    }
    double slope = squares > 0 ? products / squares : 0;
    return new double[] {mean - slope * centre, slope};
  }

  private static double[] curved(double[] values, double[] line) {
    var curved = new double[values.length];
    for (int t = 0; t < curved.length; t++) {
      curved[t] = CURVATURE * values[t] + (1 - CURVATURE) * (line[0] + line[1] * (t + 1));
    }
    return curved;
  }

  double[] forecast(int horizon) {
    var ahead = new double[horizon];
    for (int step = 0; step < horizon; step++) {
      ahead[step] = 0.5 * level + 0.5 * (intercept + slope * (size + step + 1));
    }
    return ahead;
  }
}
