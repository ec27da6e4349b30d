package dev.tidewatch.models.forecast.arima;

/**
 * The test of Kwiatkowski, Phillips, Schmidt and Shin (1992), "Testing the null hypothesis of
 * stationarity against the alternative of a unit root", Journal of Econometrics 54: a large
 * statistic speaks for a unit root. The long-run variance is that of Newey and West with a Bartlett
 * window.
 *
 * @param statistic eta of the paper, equation 13
 * @param lags of the window
 */
public record KpssTest(Trend trend, double statistic, int lags) {
  private static final double[] SIGNIFICANCE = {0.10, 0.05, 0.025, 0.01};
  private static final double[] CRITICAL_CONSTANT = {0.347, 0.463, 0.574, 0.739};
  private static final double[] CRITICAL_LINEAR = {0.119, 0.146, 0.176, 0.216};

  /** With the paper's short window: {@code trunc(4 (n/100)^(1/4))} lags. */
  public static KpssTest of(double[] values, Trend trend) {
    return of(values, trend, (int) (4 * Math.pow(values.length / 100.0, 0.25)));
  }

  /**
   * @throws IllegalArgumentException if there are not more values than lags, or fewer than 3
   */
  public static KpssTest of(double[] values, Trend trend, int lags) {
    int n = values.length;
    if (lags < 0 || n < 3 || n <= lags) {
      throw new IllegalArgumentException(
          "a KPSS test with %d lags of %d values is not possible".formatted(lags, n));
    }
    double[] residuals = residuals(values, trend);
    double squares = 0;
    double partial = 0;
    double partialSquares = 0;
    for (double residual : residuals) {
      squares += residual * residual;
      partial += residual;
      partialSquares += partial * partial;
    }
    double variance = squares;
    for (int lag = 1; lag <= lags; lag++) {
      double product = 0;
      for (int t = lag; t < n; t++) {
        product += residuals[t] * residuals[t - lag];
      }
      variance += 2 * (1 - lag / (lags + 1.0)) * product;
    }
    double statistic = variance > 0 ? partialSquares / ((double) n * variance) : 0;
    return new KpssTest(trend, statistic, lags);
  }

  private static double[] residuals(double[] values, Trend trend) {
    int n = values.length;
    double mean = 0;
    for (double value : values) {
      mean += value / n;
    }
    double slope = 0;
    double middle = (n - 1) / 2.0;
    if (trend == Trend.LINEAR) {
      double product = 0;
      double square = 0;
      for (int t = 0; t < n; t++) {
        product += (t - middle) * (values[t] - mean);
        square += (t - middle) * (t - middle);
      }
      slope = product / square;
    }
    var residuals = new double[n];
    for (int t = 0; t < n; t++) {
      residuals[t] = values[t] - mean - slope * (t - middle);
    }
    return residuals;
  }

  /**
   * From the paper's table 1.
   *
   * @param significance 0.10, 0.05, 0.025 or 0.01
   */
  public double criticalValue(double significance) {
    double[] table = critical();
    for (int i = 0; i < table.length; i++) {
      if (SIGNIFICANCE[i] == significance) {
        return table[i];
      }
    }
    throw new IllegalArgumentException(
        "significance is %s; it must be 0.10, 0.05, 0.025 or 0.01".formatted(significance));
  }

  private double[] critical() {
    return trend == Trend.CONSTANT ? CRITICAL_CONSTANT : CRITICAL_LINEAR;
  }

  /** Interpolated in the paper's table; 0.10 stands for that or more, 0.01 for that or less. */
  public double pValue() {
    double[] table = critical();
    if (statistic <= table[0]) {
      return SIGNIFICANCE[0];
    }
    for (int i = 1; i < table.length; i++) {
      if (statistic <= table[i]) {
        double share = (statistic - table[i - 1]) / (table[i] - table[i - 1]);
        return SIGNIFICANCE[i - 1] + share * (SIGNIFICANCE[i] - SIGNIFICANCE[i - 1]);
      }
    }
    return SIGNIFICANCE[SIGNIFICANCE.length - 1];
  }

  /** Whether stationarity is refused at 5 %. */
  public boolean refusesStationarity() {
    return statistic > criticalValue(0.05);
  }
}
