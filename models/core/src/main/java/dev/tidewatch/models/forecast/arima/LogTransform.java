package dev.tidewatch.models.forecast.arima;

/** Whether a series is forecast as it is or by its logarithms. */
enum LogTransform {
  /** Whichever makes the series more likely. */
  AUTO,
  NONE,
  LOG;

  /**
   * For {@link #AUTO}: compares the likelihoods of the airline model, or of simple exponential
   * smoothing without a season, of the values and of their logarithms, the latter's with the
   * Jacobian of the transformation (Box and Cox 1964, section 3).
   *
   * @param season steps; 1 for none
   * @return {@link #NONE} or {@link #LOG}
   * @throws IllegalArgumentException if logarithms are asked for and a value is not positive
   */
  LogTransform chosenFor(double[] values, int season) {
    boolean positive = true;
    for (double value : values) {
      positive &= value > 0;
    }
    if (this == LOG && !positive) {
      throw new IllegalArgumentException(
          "parameter transform is log, but there are values that are not positive");
    }
    if (this != AUTO) {
      return this;
    }
    ArimaOrder order = ArimaOrder.of(0, 1, 1);
    if (season > 1) {
      order = order.seasonal(0, 1, 1, season);
    }
    int lost = order.lostToDifferences();
    if (!positive || values.length < lost + 10) {
      return NONE;
    }
    double[] logarithms = logarithms(values, 0);
    double[] w = ArimaModel.differenced(values, order);
    if (DifferenceChoice.isConstant(w)) {
      return NONE;
    }
    double asTheyAre = ArmaEstimate.conditional(w, order).logLikelihood();
    double asLogarithms =
        ArmaEstimate.conditional(ArimaModel.differenced(logarithms, order), order).logLikelihood();
    for (int t = lost; t < values.length; t++) {
      asLogarithms -= logarithms[t];
    }
    return asLogarithms > asTheyAre ? LOG : NONE;
  }

  /** Logarithms of the values, none taken of less than the floor. */
  static double[] logarithms(double[] values, double floor) {
    var logarithms = new double[values.length];
    for (int t = 0; t < values.length; t++) {
      logarithms[t] = Math.log(Math.max(values[t], floor));
    }
    return logarithms;
  }
}
