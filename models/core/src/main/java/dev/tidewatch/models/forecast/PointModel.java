package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.GridWindow;
import java.util.SortedMap;

/**
 * Forecasts the mean of a series from any window of it: what was fitted are parameters, which are
 * applied to the window given, so that a served model follows its series without being fitted
 * again. Immutable and thread-safe.
 */
public interface PointModel {
  /** Intervals before the origin that it wants to see. */
  int historyIntervals();

  /** Intervals before the origin that it needs to see. */
  int historyIntervalsMin();

  /**
   * Forecasts the intervals after the window's end.
   *
   * @param history without missing values; from {@link #historyIntervalsMin} to {@link
   *     #historyIntervals} of them
   * @param horizon steps, 1 to that of the fit
   * @return one finite value per step
   */
  double[] forecast(GridWindow history, int horizon);

  /** What {@link PointMethod#load} makes the same model of. */
  ModelArrays save();

  /**
   * What was chosen and estimated, for people: such as {@code model} to {@code ETS(A,Ad,M)}.
   * Ordered by name; recorded in the bundle.
   */
  SortedMap<String, String> explanation();
}
