package dev.tidewatch.models.forecast.smoothing;

/**
 * Level, trend and season of an exponential smoothing, moved from value to value. Mutable; not
 * thread-safe.
 */
final class EtsState {
  private static final double LOGARITHM_DUE_HIGH = 1e150;
  private static final double LOGARITHM_DUE_LOW = 1e-150;

  /** Below it a fit is without error, as far as numbers go. */
  private static final double SQUARES_MIN = Double.MIN_NORMAL;

  private final EtsForm form;
  private final int period;
  private double level;
  private double trend;

  /** By offset modulo the period. */
  private final double[] season;

  /** Offset of the next value modulo the period. */
  private int phase;

  private double squares;
  private double logarithms;

  /**
   * @param season one number for each offset modulo the period; the first is for the next value;
   *     empty without a season
   */
  EtsState(EtsForm form, double level, double trend, double[] season) {
    this.form = form;
    this.level = level;
    this.trend = trend;
    this.season = season.clone();
    this.period = form.isSeasonal() ? season.length : 1;
  }

  /**
   * Runs over values with the recursions in error-correction form (Hyndman et al. 2008, table 2.2
   * and 2.3; for a given value the update of the states does not depend on the kind of error).
   *
   * @return false if the state left the range in which the form has a meaning
   */
  boolean run(double[] values, int from, int to, EtsWeights weights) {
    double alpha = weights.alpha();
    double betaOfLevel = form.hasTrend() ? weights.beta() / alpha : 0;
    double gamma = weights.gamma();
    double phi = form.hasTrend() ? weights.phi() : 0;
    boolean relative = form.error() == EtsForm.ErrorKind.MULTIPLICATIVE;
    boolean adds = form.season() == EtsForm.Season.ADDITIVE;
    boolean multiplies = form.season() == EtsForm.Season.MULTIPLICATIVE;
    double l = level;
    double b = trend;
    int at = phase;
    double sum = 0;
    double product = 1;
    double logs = 0;
    for (int t = from; t < to; t++) {
      double y = values[t];
      double damped = phi * b;
      double base = l + damped;
      double s = adds || multiplies ? season[at] : 0;
      double forecast = adds ? base + s : multiplies ? base * s : base;
      double error = y - forecast;
      if (relative) {
        if (!(forecast > 0)) {
          return false;
        }
        error /= forecast;
        product *= forecast;
        if (product > LOGARITHM_DUE_HIGH || product < LOGARITHM_DUE_LOW) {
          logs += Math.log(product);
          product = 1;
        }
      }
      sum += error * error;
      double adjusted = adds ? y - s : multiplies ? y / s : y;
      double next = base + alpha * (adjusted - base);
      b = damped + betaOfLevel * (next - l - damped);
      if (adds) {
        season[at] = s + gamma * (y - base - s);
      } else if (multiplies) {
        double moved = s + gamma * (y / base - s);
        if (!(moved > 0) || !(base > 0)) {
          return false;
        }
        season[at] = moved;
      }
      l = next;
      at = at + 1 == period ? 0 : at + 1;
    }
    level = l;
    trend = b;
    phase = at;
    squares += sum;
    logarithms += logs + Math.log(product);
    return Double.isFinite(l) && Double.isFinite(b) && Double.isFinite(squares);
  }

  /** Squared errors so far; relative ones for multiplicative errors. */
  double squares() {
    return squares;
  }

  /**
   * Minus two times the logarithm of the likelihood, concentrated over the variance and without its
   * constant, of n values that were run over (Hyndman et al. 2008, section 5.1).
   */
  double deviance(int n) {
    return n * Math.log(Math.max(squares, SQUARES_MIN)) + 2 * logarithms;
  }

  double[] forecast(int horizon, double phi) {
    var ahead = new double[horizon];
    double damping = 1;
    double rise = 0;
    for (int step = 0; step < horizon; step++) {
      damping *= phi;
      rise += damping * trend;
      double base = form.hasTrend() ? level + rise : level;
      int at = (phase + step) % period;
      ahead[step] =
          switch (form.season()) {
            case NONE -> base;
            case ADDITIVE -> base + season[at];
            case MULTIPLICATIVE -> base * season[at];
          };
    }
    return ahead;
  }

  double level() {
    return level;
  }

  double trend() {
    return trend;
  }

  /** The first is for the next value. */
  double[] season() {
    var turned = new double[season.length];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = season[(phase + i) % period];
    }
    return turned;
  }
}
