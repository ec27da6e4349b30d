package dev.tidewatch.timeseries;

/**
 * Accuracy of point forecasts and intervals. In every function, pairs in which the actual value or
 * the forecast is {@code NaN} are left out; with no pair left the result is {@code NaN}.
 * Percentages are in percent (12.5, not 0.125).
 *
 * <p>Definitions: Hyndman and Koehler 2006 (MAE, RMSE, MAPE, MASE); Makridakis, M4 competition 2018
 * (sMAPE, 0 to 200); Gneiting and Raftery 2007 (pinball loss, interval score).
 */
public final class ForecastErrors {
  private ForecastErrors() {}

  /** Mean absolute error. */
  public static double mae(double[] actual, double[] forecast) {
    return mean(actual, forecast, (a, f) -> Math.abs(a - f));
  }

  /** Root mean squared error. */
  public static double rmse(double[] actual, double[] forecast) {
    return Math.sqrt(mean(actual, forecast, (a, f) -> (a - f) * (a - f)));
  }

  /** Mean signed error, forecast minus actual: positive when forecasts are too high. */
  public static double bias(double[] actual, double[] forecast) {
    return mean(actual, forecast, (a, f) -> f - a);
  }

  /**
   * Mean absolute percentage error, in percent. Pairs with an actual value of 0 have no percentage
   * and are left out; {@code NaN} if that leaves none.
   */
  public static double mape(double[] actual, double[] forecast) {
    return mean(actual, forecast, (a, f) -> a == 0 ? Double.NaN : 100 * Math.abs((a - f) / a));
  }

  /**
   * Symmetric MAPE of M4: mean of 200 |a - f| / (|a| + |f|), a pair of zeros counting 0. From 0 to
   * 200.
   */
  public static double smape(double[] actual, double[] forecast) {
    return mean(
        actual,
        forecast,
        (a, f) -> a == 0 && f == 0 ? 0 : 200 * Math.abs(a - f) / (Math.abs(a) + Math.abs(f)));
  }

  /**
   * The in-sample error that MASE divides by: mean |x(t) - x(t - season)|.
   *
   * @param season in steps, at least 1
   */
  public static double maseScale(double[] training, int season) {
    if (season < 1) {
      throw new IllegalArgumentException(
          "season is %d; it must be at least 1 step".formatted(season));
    }
    double sum = 0;
    int count = 0;
    for (int t = season; t < training.length; t++) {
      double difference = Math.abs(training[t] - training[t - season]);
      if (!Double.isNaN(difference)) {
        sum += difference;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /**
   * Mean absolute scaled error: {@link #mae} divided by a scale from {@link #maseScale}. {@code
   * NaN} where the scale is 0 or missing.
   */
  public static double mase(double[] actual, double[] forecast, double scale) {
    return scale > 0 ? mae(actual, forecast) / scale : Double.NaN;
  }

  /**
   * Mean pinball (quantile) loss: (a - q) * p where the actual is at or above the forecast
   * quantile, (q - a) * (1 - p) below it.
   *
   * @param probability of the quantile, between 0 and 1
   */
  public static double pinball(double[] actual, double[] quantileForecast, double probability) {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "probability is %s; it must lie between 0 and 1".formatted(probability));
    }
    return mean(
        actual,
        quantileForecast,
        (a, q) -> a >= q ? (a - q) * probability : (q - a) * (1 - probability));
  }

  /** Share of actual values within [lower, upper], 0 to 1. */
  public static double coverage(double[] actual, double[] lower, double[] upper) {
    requireSameLength(actual, lower);
    requireSameLength(actual, upper);
    int count = 0;
    int covered = 0;
    for (int i = 0; i < actual.length; i++) {
      if (!Double.isNaN(actual[i]) && !Double.isNaN(lower[i]) && !Double.isNaN(upper[i])) {
        count++;
        if (lower[i] <= actual[i] && actual[i] <= upper[i]) {
          covered++;
        }
      }
    }
    return count == 0 ? Double.NaN : (double) covered / count;
  }

  /**
   * Mean interval score: width plus 2 / alpha times the distance by which the actual value lies
   * outside, alpha = 1 - level. Lower is better.
   *
   * @param level nominal coverage of the interval, between 0 and 1
   */
  public static double intervalScore(
      double[] actual, double[] lower, double[] upper, double level) {
    requireSameLength(actual, lower);
    requireSameLength(actual, upper);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < actual.length; i++) {
      double score = intervalScore(actual[i], lower[i], upper[i], level);
      if (!Double.isNaN(score)) {
        sum += score;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /**
   * The interval score of one value; see {@link #intervalScore(double[], double[], double[],
   * double)}.
   */
  public static double intervalScore(double actual, double lower, double upper, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "level is %s; it must lie between 0 and 1".formatted(level));
    }
    double outside = Math.max(lower - actual, 0) + Math.max(actual - upper, 0);
    return upper - lower + 2 / (1 - level) * outside;
  }

  @FunctionalInterface
  private interface Loss {
    double of(double actual, double forecast);
  }

  private static double mean(double[] actual, double[] forecast, Loss loss) {
    requireSameLength(actual, forecast);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < actual.length; i++) {
      double value = loss.of(actual[i], forecast[i]);
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  private static void requireSameLength(double[] actual, double[] other) {
    if (actual.length != other.length) {
      throw new IllegalArgumentException(
          "%d actual values but %d forecasts".formatted(actual.length, other.length));
    }
  }
}
