package dev.tidewatch.models.forecast.arima;

/**
 * Coefficients of the four factors of a seasonal ARMA model, signs as in R: {@code (1 - ar B - …)(1
 * - seasonalAr B^s - …) w = (1 + ma B + …)(1 + seasonalMa B^s + …) e}. Not changed once made.
 *
 * <p>As a point of free numbers: for each factor, the partial autocorrelations' inverse hyperbolic
 * tangents, so that every point is a stationary and invertible model (Monahan 1984).
 */
final class ArmaCoefficients {
  private static final double PARTIAL_MAX = 0.9999;

  final double[] ar;
  final double[] ma;
  final double[] seasonalAr;
  final double[] seasonalMa;

  ArmaCoefficients(double[] ar, double[] ma, double[] seasonalAr, double[] seasonalMa) {
    this.ar = ar;
    this.ma = ma;
    this.seasonalAr = seasonalAr;
    this.seasonalMa = seasonalMa;
  }

  static ArmaCoefficients ofPoint(double[] point, ArimaOrder order) {
    int ma = order.p();
    int seasonalAr = ma + order.q();
    int seasonalMa = seasonalAr + order.seasonalP();
    return new ArmaCoefficients(
        factor(point, 0, order.p()),
        LagPolynomial.negated(factor(point, ma, order.q())),
        factor(point, seasonalAr, order.seasonalP()),
        LagPolynomial.negated(factor(point, seasonalMa, order.seasonalQ())));
  }

  private static double[] factor(double[] point, int from, int count) {
    var partials = new double[count];
    for (int i = 0; i < count; i++) {
      partials[i] = PARTIAL_MAX * Math.tanh(point[from + i]);
    }
    return LagPolynomial.ofPartials(partials);
  }

  double[] toPoint() {
    var point = new double[ar.length + ma.length + seasonalAr.length + seasonalMa.length];
    int at = 0;
    for (double[] factor : asAutoregressions()) {
      for (double partial : LagPolynomial.partials(factor)) {
        point[at++] = free(partial);
      }
    }
    return point;
  }

  /** The free number of a partial autocorrelation. */
  static double free(double partial) {
    double x = Math.clamp(partial / PARTIAL_MAX, -PARTIAL_MAX, PARTIAL_MAX);
    return 0.5 * Math.log((1 + x) / (1 - x));
  }

  private double[][] asAutoregressions() {
    return new double[][] {
      ar, LagPolynomial.negated(ma), seasonalAr, LagPolynomial.negated(seasonalMa)
    };
  }

  /** Factors multiplied out. */
  ArmaProcess process(int season) {
    return new ArmaProcess(
        LagPolynomial.product(ar, seasonalAr, season),
        LagPolynomial.negated(
            LagPolynomial.product(
                LagPolynomial.negated(ma), LagPolynomial.negated(seasonalMa), season)));
  }

  /** Whether all roots of all factors, each in its own lag, lie outside the circle. */
  boolean rootsOutside(double radius) {
    for (double[] factor : asAutoregressions()) {
      if (!LagPolynomial.rootsOutside(factor, radius)) {
        return false;
      }
    }
    return true;
  }
}
