package dev.tidewatch.models.forecast.smoothing;

/**
 * A fitted exponential smoothing.
 *
 * @param period of the season in steps; 1 without
 * @param start state before the first value: level, trend, then the season with the first value's
 *     number first
 * @param deviance minus two times the concentrated log-likelihood without its constant
 * @param error mean of the squared errors one step ahead; relative ones for multiplicative errors
 * @param size number of values
 */
@SuppressWarnings("ArrayRecordComponent")
record EtsFit(
    EtsForm form,
    int period,
    EtsWeights weights,
    double[] start,
    double deviance,
    double error,
    int size) {

  /** Akaike's criterion with the correction for few values; infinite if there are too few. */
  double aicc() {
    int k = form.degreesOfFreedom(period);
    if (size <= k + 1) {
      return Double.POSITIVE_INFINITY;
    }
    return deviance + 2.0 * k + 2.0 * k * (k + 1) / (size - k - 1);
  }

  /** Before the first value. */
  EtsState first() {
    return state(form, start);
  }

  /**
   * @param numbers level, trend, season
   */
  static EtsState state(EtsForm form, double[] numbers) {
    double[] season = new double[numbers.length - 2];
    System.arraycopy(numbers, 2, season, 0, season.length);
    return new EtsState(form, numbers[0], numbers[1], season);
  }

  /** Level, trend, season. */
  static double[] numbers(EtsState state) {
    double[] season = state.season();
    var numbers = new double[2 + season.length];
    numbers[0] = state.level();
    numbers[1] = state.trend();
    System.arraycopy(season, 0, numbers, 2, season.length);
    return numbers;
  }
}
