package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.features.Feature;
import dev.tidewatch.timeseries.features.FeatureRecipe;
import java.util.Arrays;
import java.util.List;

/**
 * Puts series of any size on one footing: trees learn the difference from a simple forecast, in
 * units of the mean seasonal change of the window.
 *
 * @param baseline the simple forecast
 * @param season of that change, in steps
 */
record Frame(Feature baseline, int season) {
  private static final int UNIT_INTERVALS_MIN = 64;
  private static final int CHANGES_MIN = 8;

  FeatureRecipe baselineRecipe() {
    return FeatureRecipe.of(List.of(baseline));
  }

  /** Intervals that the unit is computed over. */
  int unitIntervals() {
    return Math.max(4 * season, UNIT_INTERVALS_MIN);
  }

  /** Fewest intervals that give a unit. */
  int intervalsMin() {
    return season + CHANGES_MIN;
  }

  /**
   * @param values without gaps
   * @param end offset after the newest known value
   * @return 0 for a window that does not change
   */
  double unit(double[] values, int end) {
    return ForecastErrors.maseScale(
        Arrays.copyOfRange(values, Math.max(0, end - unitIntervals()), end), season);
  }
}
