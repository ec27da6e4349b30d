package dev.tidewatch.models.forecast;

import java.util.Arrays;

/**
 * Point forecasts of seasonal naive: the value one season earlier (Hyndman and Athanasopoulos 2021,
 * section 5.2), and of several seasons the mean of each one's value.
 */
final class SeasonalMeans {
  private SeasonalMeans() {}

  /**
   * @param history filled where the grid says so; {@code NaN} where still missing
   * @param seasons in steps, each at least 1
   * @return one value per step; {@code NaN} for all if the history has no value
   */
  static double[] forecast(double[] history, int[] seasons, int horizon) {
    double newest = newestValue(history);
    var means = new double[horizon];
    for (int step = 0; step < horizon; step++) {
      double sum = 0;
      for (int season : seasons) {
        double value = seasonEarlier(history, season, step);
        sum += Double.isNaN(value) ? newest : value;
      }
      means[step] = sum / seasons.length;
    }
    return means;
  }

  /**
   * The same point of the newest earlier season that has a value there; {@code NaN} if none has.
   */
  private static double seasonEarlier(double[] history, int season, int step) {
    int at = history.length + step - (step / season + 1) * season;
    while (at >= 0 && Double.isNaN(history[at])) {
      at -= season;
    }
    return at >= 0 ? history[at] : Double.NaN;
  }

  private static double newestValue(double[] history) {
    return Arrays.stream(history)
        .filter(value -> !Double.isNaN(value))
        .reduce(Double.NaN, (older, newer) -> newer);
  }
}
