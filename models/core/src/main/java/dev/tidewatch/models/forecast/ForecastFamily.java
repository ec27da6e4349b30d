package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.training.InsufficientHistoryException;

/** A kind of forecaster: fits and loads. Stateless and thread-safe. */
public interface ForecastFamily {
  /** As in bundles and commands, such as {@code seasonal-naive}. */
  String id();

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
}
