package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.ForecastErrors;

/**
 * The unit that conformal residuals are measured in: the window's own mean seasonal change, so that
 * one model serves series of any size and widths follow the recent size of changes (normalised
 * conformal prediction, Papadopoulos et al. 2008).
 *
 * @param season in steps, of the change
 * @param fallback unit for a window too short to have one; the median over the training's origins
 */
record IntervalScale(int season, double fallback) {
  private static final int CHANGES_MIN = 8;

  double of(double[] history) {
    int changes = 0;
    for (int t = season; t < history.length; t++) {
      if (!Double.isNaN(history[t]) && !Double.isNaN(history[t - season])) {
        changes++;
      }
    }
    return changes < CHANGES_MIN ? fallback : ForecastErrors.maseScale(history, season);
  }
}
