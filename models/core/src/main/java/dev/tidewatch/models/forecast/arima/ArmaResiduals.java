package dev.tidewatch.models.forecast.arima;

import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.MultivariateJacobianFunction;
import org.hipparchus.util.Pair;

/**
 * Residuals whose sum of squares {@link ArmaEstimate} makes smallest, and their derivatives, as a
 * function of a point of {@link ArmaCoefficients}. Remembers the best point. Not thread-safe.
 */
final class ArmaResiduals implements MultivariateJacobianFunction {
  private static final double DIFFERENCE = 1e-6;

  private final double[] w;
  private final double[] ones;
  private final ArimaOrder order;
  private final boolean exact;
  private double[] best = new double[0];
  private double bestSquares = Double.POSITIVE_INFINITY;

  /**
   * @param w the differenced series
   * @param exact whether by the exact likelihood or conditionally
   */
  ArmaResiduals(double[] w, ArimaOrder order, boolean exact) {
    this.w = w;
    this.ones = new double[order.constant() ? w.length : 0];
    Arrays.fill(ones, 1);
    this.order = order;
    this.exact = exact;
  }

  int size() {
    return w.length;
  }

  /** The best point seen, or the other if none was. */
  double[] best(double[] otherwise) {
    return bestSquares < Double.POSITIVE_INFINITY ? best : otherwise;
  }

  /** The estimate at a point; mean, variance and likelihood follow from the residuals there. */
  ArmaEstimate estimate(double[] point) {
    var at = new At(point);
    int n = at.count;
    double variance = Math.max(squares(at.residuals) / n, Double.MIN_NORMAL);
    return new ArmaEstimate(
        order,
        at.coefficients,
        at.mean,
        variance / at.spread,
        -0.5 * n * (Math.log(2 * Math.PI * variance) + 1),
        n);
  }

  private static double squares(double[] residuals) {
    double sum = 0;
    for (double residual : residuals) {
      sum += residual * residual;
    }
    return sum;
  }

  @Override
  public Pair<RealVector, RealMatrix> value(RealVector at) {
    double[] point = at.toArray();
    double[] residuals = new At(point).residuals;
    double squares = squares(residuals);
    if (squares < bestSquares) {
      bestSquares = squares;
      best = point.clone();
    }
    var jacobian = new double[residuals.length][point.length];
    for (int i = 0; i < point.length; i++) {
      double[] moved = point.clone();
      moved[i] += DIFFERENCE;
      double[] there = new At(moved).residuals;
      for (int t = 0; t < residuals.length; t++) {
        jacobian[t][i] = (there[t] - residuals[t]) / DIFFERENCE;
      }
    }
    return new Pair<>(
        new ArrayRealVector(residuals, false), new Array2DRowRealMatrix(jacobian, false));
  }

  /** What holds at one point. */
  private final class At {
    final ArmaCoefficients coefficients;
    final double[] residuals;
    final double mean;
    final int count;

    /** (Π f)^(1/n) of the innovations' relative variances. */
    final double spread;

    At(double[] point) {
      coefficients = ArmaCoefficients.ofPoint(point, order);
      ArmaProcess process = coefficients.process(order.season());
      ArmaFilter filter = exact ? ArmaFilter.exact(process) : ArmaFilter.conditional(process);
      ArmaFilter.Filtered filtered = filter.filter(w);
      residuals = filtered.innovations;
      count = filtered.count;
      mean = order.constant() ? subtractMean(filter.filter(ones).innovations) : 0;
      spread = Math.exp(filtered.logVariances / count);
      double scale = Math.sqrt(spread);
      for (int t = 0; t < residuals.length; t++) {
        residuals[t] *= scale;
      }
    }

    /** Generalised least squares on the filtered constant. */
    private double subtractMean(double[] ofOnes) {
      double product = 0;
      double square = 0;
      for (int t = 0; t < ofOnes.length; t++) {
        product += ofOnes[t] * residuals[t];
        square += ofOnes[t] * ofOnes[t];
      }
      double estimate = square > 0 ? product / square : 0;
      for (int t = 0; t < ofOnes.length; t++) {
        residuals[t] -= estimate * ofOnes[t];
      }
      return estimate;
    }
  }
}
