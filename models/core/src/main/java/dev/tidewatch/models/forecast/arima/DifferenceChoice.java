package dev.tidewatch.models.forecast.arima;

import dev.tidewatch.models.forecast.smoothing.Stl;
import dev.tidewatch.models.forecast.smoothing.StlSettings;
import java.util.Arrays;

/**
 * How often a series is differenced: seasonally once if the season explains more than {@value
 * #STRENGTH_MIN} of what is left beside the trend (Wang, Smith and Hyndman 2006, on an STL
 * decomposition), then as often, at most twice, as the KPSS test refuses stationarity at 5 %
 * (Hyndman and Khandakar 2008) with {@code trunc(3 √n / 13)} lags, as their program does.
 *
 * @param strength of the season, 0 to 1; 0 without one
 */
record DifferenceChoice(int d, int seasonalD, double strength) {
  static final double STRENGTH_MIN = 0.64;

  private static final int DIFFERENCES_MAX = 2;
  private static final int SEASONS_MIN = 3;

  /**
   * @param season steps; 1 for none
   */
  static DifferenceChoice of(double[] values, int season) {
    double strength = 0;
    if (season > 1 && values.length >= SEASONS_MIN * season) {
      strength = strength(values, season);
    }
    int seasonalD = strength > STRENGTH_MIN ? 1 : 0;
    double[] left = differenced(values, 0, seasonalD, season);
    int d = 0;
    while (d < DIFFERENCES_MAX && !isConstant(left) && refusesStationarity(left)) {
      d++;
      left = differenced(left, 1, 0, 1);
    }
    return new DifferenceChoice(d, seasonalD, strength);
  }

  /** One minus the remainder's variance over that of season and remainder together. */
  private static double strength(double[] values, int season) {
    Stl.Decomposition parts = Stl.decompose(values, StlSettings.periodic(season, values.length));
    var detrended = new double[values.length];
    for (int t = 0; t < detrended.length; t++) {
      detrended[t] = parts.seasonal()[t] + parts.remainder()[t];
    }
    double remainder = variance(parts.remainder());
    double both = variance(detrended);
    return both > 0 ? Math.max(0, 1 - remainder / both) : 0;
  }

  private static boolean refusesStationarity(double[] values) {
    int lags = (int) (3 * Math.sqrt(values.length) / 13);
    return values.length > 10 && KpssTest.of(values, Trend.CONSTANT, lags).refusesStationarity();
  }

  static boolean isConstant(double[] values) {
    double scale = Arrays.stream(values).map(Math::abs).max().orElse(0);
    return variance(values) <= 1e-20 * scale * scale;
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
  }

  static double[] differenced(double[] values, int d, int seasonalD, int season) {
    return ArimaModel.differenced(
        values, new ArimaOrder(0, d, 0, 0, seasonalD, 0, seasonalD == 0 ? 1 : season, false));
  }
}
