package dev.tidewatch.timeseries;

/**
 * Sums from which MAE, RMSE, MAPE, bias and coverage follow; mergeable, so that a rolling window is
 * a sum of buckets. Immutable.
 *
 * @param count pairs of actual value and forecast
 * @param absolute sum of |actual - forecast|
 * @param squared sum of (actual - forecast)^2
 * @param signed sum of forecast - actual
 * @param percentCount pairs whose actual value is not 0
 * @param percent sum of 100 |actual - forecast| / |actual| over those
 * @param intervalCount pairs that came with an interval
 * @param covered those whose actual value lay in it
 */
public record ErrorSums(
    long count,
    double absolute,
    double squared,
    double signed,
    long percentCount,
    double percent,
    long intervalCount,
    long covered) {
  public static final ErrorSums NONE = new ErrorSums(0, 0, 0, 0, 0, 0, 0, 0);

  public ErrorSums {
    if (percentCount > count
        || intervalCount > count
        || covered > intervalCount
        || covered < 0
        || percentCount < 0) {
      throw new IllegalArgumentException(
          "counts contradict each other: %d pairs, %d percentages, %d intervals, %d covered"
              .formatted(count, percentCount, intervalCount, covered));
    }
  }

  /**
   * The sums of one pair.
   *
   * @param actual finite
   * @param forecast finite
   * @param lower lower bound, or {@code NaN} if there is no interval
   * @param upper upper bound, or {@code NaN} if there is no interval
   */
  public static ErrorSums of(double actual, double forecast, double lower, double upper) {
    if (!Double.isFinite(actual) || !Double.isFinite(forecast)) {
      throw new IllegalArgumentException(
          "actual %s and forecast %s must be finite".formatted(actual, forecast));
    }
    double error = forecast - actual;
    boolean hasInterval = !Double.isNaN(lower) && !Double.isNaN(upper);
    boolean inside = hasInterval && lower <= actual && actual <= upper;
    return new ErrorSums(
        1,
        Math.abs(error),
        error * error,
        error,
        actual == 0 ? 0 : 1,
        actual == 0 ? 0 : 100 * Math.abs(error / actual),
        hasInterval ? 1 : 0,
        inside ? 1 : 0);
  }

  public ErrorSums plus(ErrorSums other) {
    return new ErrorSums(
        count + other.count,
        absolute + other.absolute,
        squared + other.squared,
        signed + other.signed,
        percentCount + other.percentCount,
        percent + other.percent,
        intervalCount + other.intervalCount,
        covered + other.covered);
  }

  /** Mean absolute error; {@code NaN} without pairs, as are the others. */
  public double mae() {
    return absolute / count;
  }

  public double rmse() {
    return Math.sqrt(squared / count);
  }

  /** Forecast minus actual, on average. */
  public double bias() {
    return signed / count;
  }

  /** In percent, over the pairs whose actual value is not 0. */
  public double mape() {
    return percent / percentCount;
  }

  /** Share of actual values inside their interval, 0 to 1. */
  public double coverage() {
    return (double) covered / intervalCount;
  }
}
