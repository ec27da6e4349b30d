package dev.tidewatch.models.forecast.smoothing;

import java.util.Arrays;

/**
 * Holt's smoothing of level and trend, and Gardner and McKenzie's (1985) with a damped trend. First
 * level and first trend are those that fit best: the errors are linear in them, so they follow from
 * the weights in closed form and only the weights are searched for.
 *
 * @param alpha of the level
 * @param beta of the trend, at most alpha
 * @param phi damping a step; 1 without
 */
record TrendSmoothing(double alpha, double beta, double phi) {
  private static final double[] START_ALPHAS = {0.1, 0.5, 0.9};
  private static final double[] START_SHARES = {0.02, 0.2};
  private static final double START_LOGIT_OF_PHI = 1.5;
  private static final double TOLERANCE = 1e-9;
  private static final int EVALUATIONS_MAX = 600;
  private static final double LOGIT_STEP = 0.7;

  /**
   * @param values at least 4
   */
  static TrendSmoothing fit(double[] values, boolean damped) {
    double[] start = {};
    double lowest = Double.POSITIVE_INFINITY;
    for (double alpha : START_ALPHAS) {
      for (double share : START_SHARES) {
        double[] point =
            damped
                ? new double[] {logit(alpha), logit(share), START_LOGIT_OF_PHI}
                : new double[] {logit(alpha), logit(share)};
        double value = at(point).run(values).squares;
        if (start.length == 0 || value < lowest) {
          start = point;
          lowest = value;
        }
      }
    }
    double unit = lowest > 0 && Double.isFinite(lowest) ? lowest : 1;
    var steps = new double[start.length];
    Arrays.fill(steps, LOGIT_STEP);
    NelderMead.Minimum found =
        NelderMead.minimise(
            point -> at(point).run(values).squares / unit,
            start,
            steps,
            TOLERANCE,
            EVALUATIONS_MAX);
    return at(found.point());
  }

  private static double logit(double share) {
    return Math.log(share / (1 - share));
  }

  private static double between(double low, double high, double coordinate) {
    return low + (high - low) / (1 + Math.exp(-coordinate));
  }

  private static TrendSmoothing at(double[] point) {
    double alpha = between(EtsWeights.MIN, EtsWeights.MAX, point[0]);
    return new TrendSmoothing(
        alpha,
        between(EtsWeights.MIN, alpha, point[1]),
        point.length > 2 ? between(EtsWeights.PHI_MIN, EtsWeights.PHI_MAX, point[2]) : 1);
  }

  double[] forecast(double[] values, int horizon) {
    Run run = run(values);
    var ahead = new double[horizon];
    double damping = 1;
    double level = run.level;
    for (int step = 0; step < horizon; step++) {
      damping *= phi;
      level += damping * run.trend;
      ahead[step] = level;
    }
    return ahead;
  }

  /** Mean squared error one step ahead with the best first level and trend. */
  double error(double[] values) {
    return run(values).squares / values.length;
  }

  /** State after the last value, and the sum of squared errors. */
  private record Run(double level, double trend, double squares) {}

  /**
   * Moves three states at once: that of the values from (0, 0), and the effects of a first level of
   * 1 and of a first trend of 1; then solves the two normal equations.
   */
  private Run run(double[] values) {
    double share = beta / alpha;
    double l = 0;
    double b = 0;
    double lu = 1;
    double bu = 0;
    double lv = 0;
    double bv = 1;
    double ee = 0;
    double eu = 0;
    double ev = 0;
    double uu = 0;
    double uv = 0;
    double vv = 0;
    for (double value : values) {
      double db = phi * b;
      double dbu = phi * bu;
      double dbv = phi * bv;
      double e = value - l - db;
      double u = lu + dbu;
      double v = lv + dbv;
      ee += e * e;
      eu += e * u;
      ev += e * v;
      uu += u * u;
      uv += u * v;
      vv += v * v;
      l += db + alpha * e;
      b = db + share * alpha * e;
      lu += dbu - alpha * u;
      bu = dbu - share * alpha * u;
      lv += dbv - alpha * v;
      bv = dbv - share * alpha * v;
    }
    double determinant = uu * vv - uv * uv;
    double first;
    double slope;
    if (determinant > 1e-12 * uu * vv) {
      first = (eu * vv - ev * uv) / determinant;
      slope = (ev * uu - eu * uv) / determinant;
    } else {
      first = eu / uu;
      slope = 0;
    }
    return new Run(
        l + first * lu + slope * lv,
        b + first * bu + slope * bv,
        Math.max(0, ee - first * eu - slope * ev));
  }
}
