package dev.tidewatch.models.forecast.smoothing;

/**
 * The dynamic optimised Theta model of Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler
 * ("Models for optimising the theta method and their relationship to state space models",
 * International Journal of Forecasting 32, 2016): the line through the values so far is moved with
 * every value, and the weight of the theta line is estimated.
 *
 * @param alpha of the level, 0.01 to 0.99
 * @param theta curvature of the second line, at least 1; 1 is simple exponential smoothing
 */
record DynamicTheta(double alpha, double theta) {
  private static final double ALPHA_MIN = 0.01;
  private static final double ALPHA_MAX = 0.99;
  private static final double THETA_MIN = 1;
  private static final double THETA_MAX = 1e4;

  /** Errors of the first values say nothing, since the line through them is not known yet. */
  private static final int ERRORS_FROM = 2;

  private static final double[] START_ALPHAS = {0.1, 0.5, 0.9};
  private static final double[] START_THETAS = {1.5, 2, 5};
  private static final double TOLERANCE = 1e-9;
  private static final int EVALUATIONS_MAX = 400;
  private static final double LOGIT_STEP = 0.7;

  /**
   * Alpha and theta by least squares; the first level that goes best with them is found in closed
   * form.
   *
   * @param values without a season, at least 4
   */
  static DynamicTheta fit(double[] values) {
    double[] start = {};
    double lowest = Double.POSITIVE_INFINITY;
    for (double alpha : START_ALPHAS) {
      for (double theta : START_THETAS) {
        double[] point = {Math.log(alpha / (1 - alpha)), Math.log(theta - THETA_MIN)};
        double value = at(point).squares(values);
        if (start.length == 0 || value < lowest) {
          start = point;
          lowest = value;
        }
      }
    }
    double unit = lowest > 0 && Double.isFinite(lowest) ? lowest : 1;
    NelderMead.Minimum found =
        NelderMead.minimise(
            point -> at(point).squares(values) / unit,
            start,
            new double[] {LOGIT_STEP, LOGIT_STEP},
            TOLERANCE,
            EVALUATIONS_MAX);
    return at(found.point());
  }

  private static DynamicTheta at(double[] point) {
    double alpha = ALPHA_MIN + (ALPHA_MAX - ALPHA_MIN) / (1 + Math.exp(-point[0]));
    return new DynamicTheta(alpha, Math.min(THETA_MAX, THETA_MIN + Math.exp(point[1])));
  }

  private double squares(double[] values) {
    return new Run(values.length).firstLevel(values);
  }

  double[] forecast(double[] values, int horizon) {
    var fit = new Run(values.length);
    fit.firstLevel(values);
    return fit.ahead(horizon);
  }

  /** Intercept and slope of the line through all values, as the recursions have it. */
  double[] lineAfter(double[] values) {
    var run = new Run(values.length);
    run.firstLevel(values);
    return new double[] {run.intercept, run.slope};
  }

  /** The recursions of the paper's equations 17 to 22. */
  private final class Run {
    private final int size;
    private double level;
    private double share = 1;
    private double mean;
    private double intercept;
    private double slope;
    private int count;

    Run(int size) {
      this.size = size;
    }

    /** Mean one step ahead, less what the first level adds to it. */
    private double mean() {
      double power = share;
      double rest = (1 - power * (1 - alpha)) / alpha;
      return level + (1 - 1 / theta) * (power * intercept + rest * slope);
    }

    private void take(double value) {
      level += alpha * (value - level);
      share *= 1 - alpha;
      count++;
      double meanBefore = mean;
      mean = ((count - 1) * meanBefore + value) / count;
      slope =
          count == 1 ? 0 : ((count - 2) * slope + 6 * (value - meanBefore) / count) / (count + 1);
      intercept = mean - (count + 1) / 2.0 * slope;
    }

    /**
     * Runs from a first level of 0, solves for the best one (errors are linear in it), adds its
     * share to the level, and returns the sum of squared errors.
     */
    double firstLevel(double[] values) {
      double products = 0;
      double levels = 0;
      double errors = 0;
      for (int t = 0; t < size; t++) {
        if (t >= ERRORS_FROM) {
          double error = values[t] - mean();
          errors += error * error;
          products += error * share;
          levels += share * share;
        }
        take(values[t]);
      }
      double first = levels > 0 ? products / levels : 0;
      level += first * share;
      return errors - first * products;
    }

    /** Each forecast is taken as the value that the next one stands on. */
    double[] ahead(int horizon) {
      var ahead = new double[horizon];
      for (int step = 0; step < horizon; step++) {
        ahead[step] = mean();
        take(ahead[step]);
      }
      return ahead;
    }
  }
}
