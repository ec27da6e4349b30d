package dev.tidewatch.models.forecast.arima;

/**
 * A fitted seasonal ARIMA model: its coefficients, applied to any stretch of the series. Immutable
 * and thread-safe.
 */
final class ArimaModel {
  /** Larger states are filtered conditionally: the exact start costs the square of their size. */
  static final int EXACT_STATE_MAX = 128;

  private final ArmaEstimate estimate;
  private final double[] differences;
  private final ArmaFilter filter;
  private final ArmaProcess process;

  ArimaModel(ArmaEstimate estimate) {
    this.estimate = estimate;
    ArimaOrder order = estimate.order();
    this.differences = LagPolynomial.differences(order.d(), order.seasonalD(), order.season());
    this.process = estimate.coefficients().process(order.season());
    this.filter = isExact(order) ? ArmaFilter.exact(process) : ArmaFilter.conditional(process);
  }

  static boolean isExact(ArimaOrder order) {
    return order.stateSize() <= EXACT_STATE_MAX;
  }

  /**
   * Fits the order by maximum likelihood, from conditional sums of squares on.
   *
   * @throws IllegalArgumentException if there are too few values for the order
   */
  static ArimaModel fit(double[] values, ArimaOrder order) {
    int left = values.length - order.lostToDifferences() - order.arLag();
    if (left < order.coefficients() + 3) {
      throw new IllegalArgumentException(
          "%d values are too few for %s".formatted(values.length, order));
    }
    double[] w = differenced(values, order);
    return new ArimaModel(ArmaEstimate.sought(w, order).refined(w));
  }

  static double[] differenced(double[] values, ArimaOrder order) {
    return differenced(
        values, LagPolynomial.differences(order.d(), order.seasonalD(), order.season()));
  }

  private static double[] differenced(double[] values, double[] differences) {
    int lost = differences.length;
    var w = new double[Math.max(0, values.length - lost)];
    for (int t = 0; t < w.length; t++) {
      double value = values[t + lost];
      for (int i = 0; i < lost; i++) {
        if (differences[i] != 0) {
          value -= differences[i] * values[t + lost - 1 - i];
        }
      }
      w[t] = value;
    }
    return w;
  }

  ArmaEstimate estimate() {
    return estimate;
  }

  ArimaOrder order() {
    return estimate.order();
  }

  /** Values that a stretch must have: those lost by differencing and the autoregression's. */
  int valuesMin() {
    return order().lostToDifferences() + order().arLag() + 1;
  }

  /**
   * Forecasts the values that follow.
   *
   * @param values at least {@link #valuesMin}, newest last
   */
  double[] forecast(double[] values, int horizon) {
    double[] w = differenced(values, differences);
    for (int t = 0; t < w.length; t++) {
      w[t] -= estimate.mean();
    }
    double[] ahead = ArmaFilter.ahead(process, filter.filter(w).state, horizon);
    var means = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      double value = ahead[h] + estimate.mean();
      for (int i = 0; i < differences.length; i++) {
        if (differences[i] != 0) {
          int at = h - 1 - i;
          value += differences[i] * (at >= 0 ? means[at] : values[values.length + at]);
        }
      }
      means[h] = value;
    }
    return means;
  }
}
