package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.SeriesName;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

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
   * @throws UntrainedSeriesException if the model has parameters for each of its series, and this
   *     is none of them
   * @throws IllegalArgumentException if an argument is outside its bounds, or the windows are on
   *     another grid
   */
  Forecast forecast(ForecastInput input, int horizon, List<Double> levels);

  /**
   * What was chosen and estimated for a series, for people, by name; empty where there is nothing
   * to say.
   *
   * @throws UntrainedSeriesException if the model has parameters for each of its series, and this
   *     is none of them
   */
  default SortedMap<String, String> explanation(SeriesName series) {
    return Collections.emptySortedMap();
  }

  /**
   * The network that it runs, as tensors in and tensors out in the network's own units; let go of
   * with the forecaster. Empty for families that are none.
   */
  default Optional<TensorModel> tensors() {
    return Optional.empty();
  }

  /**
   * Lets go of memory outside the heap, where there is any, instead of leaving that to the garbage
   * collector. Nobody may be asking it, or ask it afterwards; calling it again does nothing.
   */
  default void close() {}

  /**
   * What share of the loss the splits on each feature took away, by the feature's name; the shares
   * add up to 1. Empty for a family without splits.
   */
  default SortedMap<String, Double> gain() {
    return Collections.emptySortedMap();
  }
}
