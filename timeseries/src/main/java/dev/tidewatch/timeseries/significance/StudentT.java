package dev.tidewatch.timeseries.significance;

/** Student's distribution and the functions that it needs. */
final class StudentT {
  private static final double[] LANCZOS = {
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    9.984369578019572e-6,
    1.5056327351493116e-7
  };
  private static final int TERMS_MAX = 10_000;

  private StudentT() {}

  /** Probability of a value at or below {@code t} with so many degrees of freedom. */
  static double cumulative(double t, double degrees) {
    if (t == 0) {
      return 0.5;
    }
    double tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
    return t > 0 ? 1 - tail : tail;
  }

  /**
   * Regularised incomplete beta function by its continued fraction (Abramowitz and Stegun 26.5.8,
   * evaluated by Lentz's method).
   */
  static double incompleteBeta(double x, double a, double b) {
    if (x <= 0) {
      return 0;
    }
    if (x >= 1) {
      return 1;
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    return x < (a + 1) / (a + b + 2)
        ? front * fraction(x, a, b) / a
        : 1 - front * fraction(1 - x, b, a) / b;
  }

  private static double fraction(double x, double a, double b) {
    double tiny = 1e-300;
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1), tiny);
    double value = d;
    for (int m = 1; m < TERMS_MAX; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away(1 + even * d, tiny);
      c = away(1 + even / c, tiny);
      value *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away(1 + odd * d, tiny);
      c = away(1 + odd / c, tiny);
      double change = d * c;
      value *= change;
      if (Math.abs(change - 1) < 1e-15) {
        break;
      }
    }
    return value;
  }

  private static double away(double value, double tiny) {
    return Math.abs(value) < tiny ? tiny : value;
  }

  /** Lanczos' approximation (g = 7, 9 terms), for positive arguments. */
  static double logGamma(double x) {
    if (x < 0.5) {
      return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    }
    double shifted = x - 1;
    double sum = 0.9999999999998099;
    for (int i = 0; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (shifted + i + 1);
    }
    double t = shifted + LANCZOS.length - 0.5;
    return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
  }
}
