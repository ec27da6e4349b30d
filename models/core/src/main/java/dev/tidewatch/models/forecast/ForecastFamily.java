package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import java.util.Collections;
import java.util.SortedMap;

/** A kind of forecaster: fits and loads. Stateless and thread-safe. */
public interface ForecastFamily {
  /** As in bundles and commands, such as {@code seasonal-naive}. */
  String id();

  /**
   * What a search for better settings may vary, by parameter; empty where nothing is worth it.
   * Other ranges can be given to the search.
   */
  default SortedMap<String, ParameterSpace> parameterSpaces() {
    return Collections.emptySortedMap();
  }

  /**
   * Fits on everything given. The same input gives the same bundle, byte for byte.
   *
   * @throws InsufficientHistoryException if there are too few values
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  Bundle fit(ForecastTraining training);

  /**
   * @throws BundleException if the bundle's content is not what this family writes
   */
  Forecaster load(Bundle bundle);

  /**
   * True if what it loads runs in a native library, where a broken model may end the whole process.
   */
  default boolean runsNativeCode() {
    return false;
  }
}
