package dev.tidewatch.models.forecast.smoothing;

import java.util.Arrays;

/**
 * A first guess of the state before the first value: season by classical decomposition, level and
 * trend by a line through the first adjusted values (Hyndman et al. 2008, section 2.6.1).
 */
final class EtsStart {
  private static final int VALUES_MIN = 10;
  private static final double SEASON_MIN = 1e-2;

  private EtsStart() {}

  /**
   * @param values for a seasonal form at least two periods
   * @return level, trend, season
   */
  static double[] of(double[] values, EtsForm form, int period) {
    double[] season = {};
    double[] adjusted = values;
    if (form.isSeasonal()) {
      boolean multiplicative = form.season() == EtsForm.Season.MULTIPLICATIVE;
      SeasonalAdjustment adjustment = SeasonalAdjustment.of(values, period, multiplicative);
      season = adjustment.factors().clone();
      if (multiplicative) {
        Arrays.setAll(season, i -> Math.max(adjustment.factors()[i], SEASON_MIN));
      }
      adjusted = adjustment.adjust(values);
    }
    int count = Math.min(Math.max(VALUES_MIN, 2 * period), adjusted.length);
    double[] first = Arrays.copyOf(adjusted, count);
    var start = new double[2 + season.length];
    if (form.hasTrend()) {
      double[] line = Theta.line(first);
      start[0] = line[0];
      start[1] = line[1];
    } else {
      start[0] = Arrays.stream(first).average().orElse(0);
    }
    System.arraycopy(season, 0, start, 2, season.length);
    return start;
  }
}
