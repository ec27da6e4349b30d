package dev.tidewatch.models.forecast.arima;

/**
 * Polynomials in the lag operator B with constant 1, as autoregressive coefficients: the array
 * {@code phi} stands for {@code 1 - phi[0] B - phi[1] B^2 - …}. A moving average {@code 1 +
 * theta[0] B + …} is the same with its sign turned.
 */
final class LagPolynomial {
  private LagPolynomial() {}

  /**
   * Coefficients whose partial autocorrelations are given (Durbin-Levinson): stationary exactly if
   * all are between -1 and 1 (Barndorff-Nielsen and Schou 1973; Monahan 1984).
   */
  static double[] ofPartials(double[] partials) {
    int order = partials.length;
    var phi = new double[order];
    var previous = new double[order];
    for (int k = 0; k < order; k++) {
      phi[k] = partials[k];
      for (int i = 0; i < k; i++) {
        phi[i] = previous[i] - partials[k] * previous[k - 1 - i];
      }
      System.arraycopy(phi, 0, previous, 0, k + 1);
    }
    return phi;
  }

  /**
   * Partial autocorrelations of coefficients: {@link #ofPartials} backwards. Not finite, or not
   * between -1 and 1, from the order on at which the polynomial turns out not to be stationary.
   */
  static double[] partials(double[] phi) {
    double[][] steps = stepsDown(phi);
    var partials = new double[phi.length];
    for (int k = 0; k < phi.length; k++) {
      partials[k] = steps[k][k];
    }
    return partials;
  }

  /** The polynomials of orders 1 to that of phi whose last is phi (step-down recursion). */
  static double[][] stepsDown(double[] phi) {
    int order = phi.length;
    var steps = new double[order][];
    if (order == 0) {
      return steps;
    }
    steps[order - 1] = phi.clone();
    for (int k = order - 1; k > 0; k--) {
      double[] higher = steps[k];
      double last = higher[k];
      double scale = 1 - last * last;
      var lower = new double[k];
      for (int i = 0; i < k; i++) {
        lower[i] = (higher[i] + last * higher[k - 1 - i]) / scale;
      }
      steps[k - 1] = lower;
    }
    return steps;
  }

  /** Whether all roots lie outside the circle of the radius: 1 for stationary or invertible. */
  static boolean rootsOutside(double[] phi, double radius) {
    var scaled = new double[phi.length];
    double power = 1;
    for (int i = 0; i < phi.length; i++) {
      power *= radius;
      scaled[i] = phi[i] * power;
    }
    for (double partial : partials(scaled)) {
      if (!(Math.abs(partial) < 1)) {
        return false;
      }
    }
    return true;
  }

  /** Product of a polynomial in B and one in B^season. */
  static double[] product(double[] regular, double[] seasonal, int season) {
    var product = new double[regular.length + seasonal.length * season];
    System.arraycopy(regular, 0, product, 0, regular.length);
    for (int s = 0; s < seasonal.length; s++) {
      int lag = (s + 1) * season;
      product[lag - 1] += seasonal[s];
      for (int i = 0; i < regular.length; i++) {
        product[lag + i] -= seasonal[s] * regular[i];
      }
    }
    return product;
  }

  /** {@code (1 - B)^d (1 - B^season)^seasonalD}. */
  static double[] differences(int d, int seasonalD, int season) {
    double[] product = new double[0];
    for (int i = 0; i < d; i++) {
      product = product(product, new double[] {1}, 1);
    }
    for (int i = 0; i < seasonalD; i++) {
      product = product(product, new double[] {1}, season);
    }
    return product;
  }

  static double[] negated(double[] values) {
    var negated = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      negated[i] = -values[i];
    }
    return negated;
  }
}
