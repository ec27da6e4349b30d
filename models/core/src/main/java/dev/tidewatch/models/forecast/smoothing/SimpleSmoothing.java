package dev.tidewatch.models.forecast.smoothing;

/**
 * Simple exponential smoothing: the level is a mean of all values whose weights fall by {@code 1 -
 * alpha} a step, and the forecast of every step ahead (Brown 1959; Hyndman, Koehler, Ord and Snyder
 * 2008, section 2.3.1).
 *
 * @param alpha weight of the newest value, 0.0001 to 0.9999
 * @param firstLevel before the first value
 * @param error mean squared error one step ahead
 */
record SimpleSmoothing(double alpha, double firstLevel, double error) {
  static final double ALPHA_MIN = 1e-4;
  static final double ALPHA_MAX = 0.9999;

  private static final int FIRST_VALUES = 10;
  private static final double TOLERANCE = Math.sqrt(Math.ulp(1.0));
  private static final int EVALUATIONS_MAX = 2_000;

  /**
   * Both by least squares, from the start and with the search that the M4 team's benchmarks had
   * (R's forecast::ses): the middle of alpha's range, the mean of the first ten values, Nelder-Mead
   * to a relative tolerance of 1.5e-8.
   *
   * @param values at least 1
   */
  static SimpleSmoothing fit(double[] values) {
    double mean = 0;
    int count = Math.min(FIRST_VALUES, values.length);
    for (int i = 0; i < count; i++) {
      mean += values[i];
    }
    double[] start = {ALPHA_MIN + 0.5 * (ALPHA_MAX - ALPHA_MIN), mean / count};
    NelderMead.Minimum found =
        NelderMead.minimise(
            point -> meanSquaredError(values, point[0], point[1]),
            start,
            NelderMead.uniformSteps(start),
            TOLERANCE,
            EVALUATIONS_MAX);
    return new SimpleSmoothing(found.point()[0], found.point()[1], found.value());
  }

  /** The first level that fits best for a given alpha: errors are linear in it. */
  static SimpleSmoothing withAlpha(double[] values, double alpha) {
    double level = 0;
    double share = 1;
    double products = 0;
    double squares = 0;
    for (double value : values) {
      products += share * (value - level);
      squares += share * share;
      level += alpha * (value - level);
      share *= 1 - alpha;
    }
    double first = products / squares;
    return new SimpleSmoothing(alpha, first, meanSquaredError(values, alpha, first));
  }

  private static double meanSquaredError(double[] values, double alpha, double firstLevel) {
    if (alpha < ALPHA_MIN || alpha > ALPHA_MAX) {
      return Double.POSITIVE_INFINITY;
    }
    double level = firstLevel;
    double sum = 0;
    for (double value : values) {
      double error = value - level;
      sum += error * error;
      level += alpha * error;
    }
    return sum / values.length;
  }

  /** After the last value. */
  double level(double[] values) {
    double level = firstLevel;
    for (double value : values) {
      level += alpha * (value - level);
    }
    return level;
  }
}
