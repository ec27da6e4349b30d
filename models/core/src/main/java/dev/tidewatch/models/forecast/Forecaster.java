package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.training.InsufficientHistoryException;
import java.util.List;

/** A trained forecaster, loaded from a bundle. Immutable and thread-safe. */
public interface Forecaster {
  /** Roles, grid, horizon and history that it was made for. */
  BundleManifest manifest();

  /**
   * Forecasts the intervals after the input's end. Depends on nothing but the arguments.
   *
   * @param input windows of {@code manifest().historyIntervals()} intervals (fewer are allowed down
   *     to {@code historyIntervalsMin()}), gaps unfilled: the forecaster applies the grid's fill
   *     rule itself
   * @param horizon steps, 1 to {@code manifest().horizon()}
   * @param levels nominal coverages wanted, each between 0 and 1; need not be those calibrated
   * @throws InsufficientHistoryException if the windows hold too few values
   * @throws IllegalArgumentException if an argument is outside its bounds, or the windows are on
   *     another grid
   */
  Forecast forecast(ForecastInput input, int horizon, List<Double> levels);
}
