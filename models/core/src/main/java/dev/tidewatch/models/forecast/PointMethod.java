package dev.tidewatch.models.forecast;

import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.timeseries.GridWindow;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * A way to forecast the mean of a series: what point forecasters differ in. Gaps, intervals,
 * bundles, several series and back-tests are the same for all of them and done by {@link
 * PointFamily}. Stateless and thread-safe.
 */
public interface PointMethod {
  /** As in bundles and commands, such as {@code theta}. */
  String id();

  /** Parameters that {@link #fit} reads, beside those of {@link PointFamily}. */
  Set<String> parameterNames();

  /** As {@link ForecastFamily#parameterSpaces}. */
  default SortedMap<String, ParameterSpace> parameterSpaces() {
    return Collections.emptySortedMap();
  }

  /**
   * True if one model is fitted over all series given; false if each series has a model of its own.
   */
  default boolean pools() {
    return false;
  }

  /**
   * Fits on everything given. Deterministic: the same arguments give the same model.
   *
   * @param histories without missing values, oldest value first, all on the settings' grid; exactly
   *     one unless {@link #pools}
   * @throws InsufficientHistoryException if there are too few values
   * @throws IllegalArgumentException if a parameter is out of bounds
   */
  PointModel fit(List<GridWindow> histories, PointSettings settings);

  /**
   * The method with the choices that a model of it made, for further fits that go with that model,
   * such as those that calibrate its intervals: nothing is chosen twice.
   */
  default PointMethod settled(PointModel model) {
    return this;
  }

  /**
   * @throws IllegalArgumentException if the arrays are not what a model of this method saves
   */
  PointModel load(ModelArrays arrays, PointSettings settings);
}
