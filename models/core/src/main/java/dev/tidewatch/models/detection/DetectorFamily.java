package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;

/** A kind of detector: fits and loads. Stateless and thread-safe. */
public interface DetectorFamily {
  /** As in bundles and commands, such as {@code zscore}. */
  String id();

  /** What its scores mean. */
  default ScoreScale scoreScale() {
    return ScoreScale.SIGMAS;
  }

  /**
   * True if its detectors know nothing about a series, whatever they are shown of it, unless the
   * family was fitted on enough history; false if watching a series is enough.
   */
  default boolean needsTraining() {
    return false;
  }

  /**
   * Fits on everything given; metrics in the bundle count what it would have reported over the
   * newest fifth. The same input gives the same bundle, byte for byte.
   *
   * @throws dev.tidewatch.models.training.InsufficientHistoryException if there is no reading at
   *     all
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  Bundle fit(DetectorTraining training);

  /**
   * @throws BundleException if the bundle's content is not what this family writes
   */
  DetectorModel load(Bundle bundle);
}
