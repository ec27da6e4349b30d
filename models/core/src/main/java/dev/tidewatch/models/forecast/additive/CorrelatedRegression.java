package dev.tidewatch.models.forecast.additive;

/**
 * {@link MapRegression} with errors that are an autoregression of order 1. For each of several
 * correlations, values and columns are replaced by what the row before does not explain of them
 * (Prais and Winsten 1954); the correlation that is likeliest counts. Products of columns are
 * summed once for all correlations and all values. Not changed once made.
 */
final class CorrelatedRegression {
  private static final double[] CORRELATIONS = {
    0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.96, 0.98, 0.99, 0.995, 0.999
  };

  private final double[][] rows;
  private final double[] scales;
  private final boolean[] laplace;
  private final double[][] here;
  private final double[][] across;

  /**
   * @param rows one per value, oldest first
   * @param scales of the priors, one per column
   * @param laplace which columns have a Laplace prior
   */
  CorrelatedRegression(double[][] rows, double[] scales, boolean[] laplace) {
    int columns = scales.length;
    this.rows = rows;
    this.scales = scales;
    this.laplace = laplace;
    this.here = new double[columns][columns];
    this.across = new double[columns][columns];
    for (int t = 0; t < rows.length; t++) {
      for (int i = 0; i < columns; i++) {
        double x = rows[t][i];
        for (int j = 0; x != 0 && j < columns; j++) {
          here[i][j] += x * rows[t][j];
          if (t > 0) {
            across[i][j] += x * rows[t - 1][j];
          }
        }
      }
    }
  }

  /** The fit, and the correlation of its errors from step to step. */
  static final class Fit {
    final MapRegression.Solution solution;
    final double correlation;

    private Fit(MapRegression.Solution solution, double correlation) {
      this.solution = solution;
      this.correlation = correlation;
    }
  }

  /** With independent errors. */
  Fit independent(double[] values) {
    return new Fit(at(0, values).solve(new double[scales.length]), 0);
  }

  /** With the correlation that is likeliest. */
  Fit correlated(double[] values) {
    Fit best = independent(values);
    double bestCost = best.solution.cost;
    double[] start = best.solution.coefficients;
    int worse = 0;
    for (int i = 1; i < CORRELATIONS.length && worse < 2; i++) {
      double correlation = CORRELATIONS[i];
      MapRegression.Solution solution = at(correlation, values).solve(start);
      double cost = solution.cost - 0.5 * Math.log(1 - correlation * correlation);
      start = solution.coefficients;
      if (cost < bestCost) {
        best = new Fit(solution, correlation);
        bestCost = cost;
        worse = 0;
      } else {
        worse++;
      }
    }
    return best;
  }

  private MapRegression at(double correlation, double[] values) {
    int columns = scales.length;
    int last = rows.length - 1;
    var gram = new double[columns][columns];
    double square = correlation * correlation;
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        // Σ x x' over all rows, and over all that have a row after and a row before: the first row
        // has the weight 1 - correlation², which cancels against its part in the sum of those
        // before.
        gram[i][j] =
            (1 + square) * here[i][j]
                - correlation * (across[i][j] + across[j][i])
                - square * (rows[0][i] * rows[0][j] + rows[last][i] * rows[last][j]);
      }
    }
    var product = new double[columns];
    double squares = 0;
    double first = Math.sqrt(1 - square);
    for (int t = 0; t <= last; t++) {
      double y = t == 0 ? first * values[0] : values[t] - correlation * values[t - 1];
      squares += y * y;
      for (int i = 0; i < columns; i++) {
        double x = t == 0 ? first * rows[0][i] : rows[t][i] - correlation * rows[t - 1][i];
        product[i] += x * y;
      }
    }
    return new MapRegression(gram, product, squares, rows.length, scales, laplace);
  }
}
