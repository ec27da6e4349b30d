package dev.tidewatch.models.forecast.arima;

import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.special.Erf;

/**
 * The augmented Dickey-Fuller test (Dickey and Fuller 1979; Said and Dickey 1984): a statistic far
 * below zero speaks against a unit root. P-values follow MacKinnon (1994), "Approximate asymptotic
 * distribution functions for unit-root and cointegration tests", table 3; critical values MacKinnon
 * (2010), "Critical values for cointegration tests", table 2.
 *
 * @param statistic t of the level's coefficient
 * @param lags of differences in the regression
 * @param count of observations in the regression
 */
public record AugmentedDickeyFuller(Trend trend, double statistic, int lags, int count) {
  private static final double[][] CRITICAL_CONSTANT = {
    {-3.43035, -6.5393, -16.786, -79.433},
    {-2.86154, -2.8903, -4.234, -40.040},
    {-2.56677, -1.5384, -2.809, 0}
  };
  private static final double[][] CRITICAL_LINEAR = {
    {-3.95877, -9.0531, -28.428, -134.155},
    {-3.41049, -4.3904, -9.036, -45.374},
    {-3.12705, -2.5856, -3.925, -22.380}
  };
  private static final double[] SIGNIFICANCE = {0.01, 0.05, 0.10};

  /** With {@code trunc((n - 1)^(1/3))} lags, as Said and Dickey's rate allows. */
  public static AugmentedDickeyFuller of(double[] values, Trend trend) {
    return of(values, trend, (int) Math.cbrt(values.length - 1.0));
  }

  /**
   * @throws IllegalArgumentException if there are too few values for the lags
   */
  public static AugmentedDickeyFuller of(double[] values, Trend trend, int lags) {
    int columns = 2 + lags + (trend == Trend.LINEAR ? 1 : 0);
    int rows = values.length - 1 - lags;
    if (lags < 0 || rows <= columns) {
      throw new IllegalArgumentException(
          "a Dickey-Fuller test with %d lags of %d values is not possible"
              .formatted(lags, values.length));
    }
    var x = new double[rows][columns];
    var y = new double[rows];
    for (int row = 0; row < rows; row++) {
      int t = row + lags + 1;
      y[row] = values[t] - values[t - 1];
      x[row][0] = values[t - 1];
      x[row][1] = 1;
      for (int lag = 1; lag <= lags; lag++) {
        x[row][1 + lag] = values[t - lag] - values[t - lag - 1];
      }
      if (trend == Trend.LINEAR) {
        x[row][columns - 1] = row + 1.0;
      }
    }
    return new AugmentedDickeyFuller(trend, firstT(x, y), lags, rows);
  }

  /** The t statistic of the first coefficient; minus infinity for a regression without solution. */
  private static double firstT(double[][] x, double[] y) {
    RealMatrix design = new Array2DRowRealMatrix(x, false);
    try {
      DecompositionSolver solver = new QRDecomposition(design).getSolver();
      RealVector beta = solver.solve(new ArrayRealVector(y, false));
      RealVector residuals = new ArrayRealVector(y, false).subtract(design.operate(beta));
      double variance = residuals.dotProduct(residuals) / (y.length - x[0].length);
      RealMatrix inverse = solver.getInverse();
      // (X'X)^-1 = X+ (X+)': its first diagonal entry is the square of the first row of X+.
      RealVector row = inverse.getRowVector(0);
      return beta.getEntry(0) / Math.sqrt(variance * row.dotProduct(row));
    } catch (MathRuntimeException singular) {
      return Double.NEGATIVE_INFINITY;
    }
  }

  /**
   * For the number of observations in the regression.
   *
   * @param significance 0.01, 0.05 or 0.10
   */
  public double criticalValue(double significance) {
    double[][] table = trend == Trend.CONSTANT ? CRITICAL_CONSTANT : CRITICAL_LINEAR;
    for (int i = 0; i < table.length; i++) {
      if (SIGNIFICANCE[i] == significance) {
        double inverse = 1.0 / count;
        double[] beta = table[i];
        return beta[0] + inverse * (beta[1] + inverse * (beta[2] + inverse * beta[3]));
      }
    }
    throw new IllegalArgumentException(
        "significance is %s; it must be 0.01, 0.05 or 0.10".formatted(significance));
  }

  /** Asymptotic probability of a statistic as low under a unit root. */
  public double pValue() {
    boolean constant = trend == Trend.CONSTANT;
    double t = statistic;
    if (t > (constant ? 2.74 : 0.7)) {
      return 1;
    }
    if (t < (constant ? -18.83 : -16.18)) {
      return 0;
    }
    double z;
    if (t <= (constant ? -1.61 : -2.89)) {
      z = constant ? 2.1659 + t * (1.4412 + t * 0.038269) : 3.2512 + t * (1.6047 + t * 0.049588);
    } else {
      z =
          constant
              ? 1.7339 + t * (0.93202 + t * (-0.12745 + t * -0.010368))
              : 2.5261 + t * (0.61654 + t * (-0.37956 + t * -0.060285));
    }
    return 0.5 * Erf.erfc(-z / Math.sqrt(2));
  }

  /** Whether a unit root is refused at 5 %. */
  public boolean refusesUnitRoot() {
    return statistic < criticalValue(0.05);
  }
}
