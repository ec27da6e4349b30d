package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;

/** A kind of detector of several aligned series: fits and loads. Stateless and thread-safe. */
public interface MultivariateDetectorFamily {
  /** As in bundles and commands, such as {@code multivariate-level}. */
  String id();

  /**
   * Fits on everything given. The same input gives the same bundle, byte for byte.
   *
   * @throws dev.tidewatch.models.training.InsufficientHistoryException if there are too few rows
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  Bundle fit(MultivariateTraining training);

  /**
   * @throws BundleException if the bundle's content is not what this family writes
   */
  MultivariateDetectorModel load(Bundle bundle);
}
