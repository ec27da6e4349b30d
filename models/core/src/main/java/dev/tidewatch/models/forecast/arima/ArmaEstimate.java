package dev.tidewatch.models.forecast.arima;

import java.util.Arrays;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;

/**
 * An ARMA model with seasonal factors, estimated on a differenced series.
 *
 * <p>The mean and the variance of the innovations are concentrated out. Minus twice the logarithm
 * of the exact likelihood is then, up to constants, {@code n log Σ(v²/f) + Σ log f}, so its maximum
 * is the least-squares solution of {@code v/√f · (Π f)^(1/2n)} (Ansley 1979), found by
 * Levenberg-Marquardt; conditional sums of squares are the same with f = 1.
 *
 * @param mean of the differenced series; 0 without a constant
 * @param variance of the innovations
 * @param logLikelihood of the differenced series; conditional for conditional estimates
 * @param count of innovations behind the variance
 */
record ArmaEstimate(
    ArimaOrder order,
    ArmaCoefficients coefficients,
    double mean,
    double variance,
    double logLikelihood,
    int count) {
  private static final int ITERATIONS_MAX = 60;
  private static final double TOLERANCE = 1e-9;
  private static final int ROUGH_ITERATIONS_MAX = 20;
  private static final double ROUGH_TOLERANCE = 1e-4;

  /** The free number of a moving average of about -0.5, usual after differencing. */
  private static final double MOVING_AVERAGE_START = 0.55;

  /** By conditional sums of squares, from the sample's autocorrelations. */
  static ArmaEstimate conditional(double[] w, ArimaOrder order) {
    return search(new ArmaResiduals(w, order, false), start(w, order), ITERATIONS_MAX, TOLERANCE);
  }

  private static ArmaEstimate rough(double[] w, ArimaOrder order, double[] start) {
    var residuals = new ArmaResiduals(w, order, false);
    return search(residuals, start, ROUGH_ITERATIONS_MAX, ROUGH_TOLERANCE);
  }

  /**
   * Roughly by conditional sums of squares, judged by the exact likelihood where that is {@link
   * ArimaModel#isExact possible}. A mixed model has several minima where its factors nearly cancel,
   * so it is sought from two starts and the more likely one counts.
   */
  static ArmaEstimate sought(double[] w, ArimaOrder order) {
    ArmaEstimate first = rough(w, order, start(w, order)).judged(w);
    if (order.p() + order.seasonalP() == 0 || order.q() + order.seasonalQ() == 0) {
      return first;
    }
    var start = new double[order.coefficients()];
    Arrays.fill(start, order.p(), order.p() + order.q(), MOVING_AVERAGE_START);
    ArmaEstimate second = rough(w, order, start).judged(w);
    return second.logLikelihood > first.logLikelihood ? second : first;
  }

  /**
   * Precisely, beginning with these coefficients: by exact maximum likelihood where that is
   * possible, else conditionally.
   */
  ArmaEstimate refined(double[] w) {
    var residuals = new ArmaResiduals(w, order, ArimaModel.isExact(order));
    return search(residuals, coefficients.toPoint(), ITERATIONS_MAX, TOLERANCE);
  }

  /** These coefficients with the mean, variance and exact likelihood that belong to them. */
  private ArmaEstimate judged(double[] w) {
    if (!ArimaModel.isExact(order)) {
      return this;
    }
    return new ArmaResiduals(w, order, true).estimate(coefficients.toPoint());
  }

  private static ArmaEstimate search(
      ArmaResiduals residuals, double[] start, int iterationsMax, double tolerance) {
    if (start.length == 0) {
      return residuals.estimate(start);
    }
    try {
      var problem =
          new LeastSquaresBuilder()
              .model(residuals)
              .target(new double[residuals.size()])
              .start(start)
              .maxEvaluations(2 * iterationsMax)
              .maxIterations(iterationsMax)
              .build();
      var optimum =
          new LevenbergMarquardtOptimizer()
              .withCostRelativeTolerance(tolerance)
              .withParameterRelativeTolerance(tolerance)
              .optimize(problem);
      return residuals.estimate(optimum.getPoint().toArray());
    } catch (MathRuntimeException outOfIterationsOrPrecision) {
      return residuals.estimate(residuals.best(start));
    }
  }

  /** Autoregression at the sample's partial autocorrelations, moving average at zero. */
  private static double[] start(double[] w, ArimaOrder order) {
    var start = new double[order.coefficients()];
    double[] correlations = autocorrelations(w, order.p());
    var phi = new double[order.p()];
    double error = 1;
    for (int k = 0; k < phi.length; k++) {
      double sum = correlations[k + 1];
      double[] previous = phi.clone();
      for (int i = 0; i < k; i++) {
        sum -= previous[i] * correlations[k - i];
      }
      double partial = Math.clamp(sum / error, -0.8, 0.8);
      start[k] = ArmaCoefficients.free(partial);
      phi[k] = partial;
      for (int i = 0; i < k; i++) {
        phi[i] = previous[i] - partial * previous[k - 1 - i];
      }
      error *= 1 - partial * partial;
    }
    if (order.seasonalP() > 0 && order.season() < w.length / 2) {
      double atSeason = autocorrelations(w, order.season())[order.season()];
      start[order.p() + order.q()] = ArmaCoefficients.free(Math.clamp(atSeason, -0.5, 0.5));
    }
    return start;
  }

  private static double[] autocorrelations(double[] w, int lagMax) {
    double mean = Arrays.stream(w).average().orElse(0);
    var correlations = new double[lagMax + 1];
    for (int lag = 0; lag <= lagMax; lag++) {
      double sum = 0;
      for (int t = lag; t < w.length; t++) {
        sum += (w[t] - mean) * (w[t - lag] - mean);
      }
      correlations[lag] = lag == 0 || correlations[0] <= 0 ? sum : sum / correlations[0];
    }
    return correlations;
  }

  /** Coefficients, the constant if there is one, and the variance. */
  int parameters() {
    return order.coefficients() + (order.constant() ? 1 : 0) + 1;
  }

  /** Akaike's information criterion. */
  double aic() {
    return -2 * logLikelihood + 2 * parameters();
  }

  /**
   * Akaike's criterion corrected for small samples (Hurvich and Tsai 1989). A conditional
   * likelihood is stretched to the whole differenced series first, so that orders that lose
   * different numbers of values can be compared (Hyndman and Khandakar 2008, section 3.2).
   *
   * @param size of the differenced series
   */
  double aicc(int size) {
    double k = parameters();
    double left = size - k - 1;
    return left > 0
        ? -2 * logLikelihood * size / count + 2 * k + 2 * k * (k + 1) / left
        : Double.POSITIVE_INFINITY;
  }
}
