package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;

/** A trained model of several aligned series. Immutable and thread-safe. */
public interface MultivariateDetectorModel {
  /** As it was trained, whatever {@link #with} changed. */
  BundleManifest manifest();

  /**
   * The same with another threshold. States that detectors of either saved can be restored by both.
   *
   * @param overrides as of an assignment: {@code threshold}, or nothing
   * @throws IllegalArgumentException if there is any other, or if it is out of bounds
   */
  MultivariateDetectorModel with(Parameters overrides);

  /** A detector that goes on where the training ended. */
  MultivariateDetector start();

  /**
   * Continues from a saved state.
   *
   * @throws BundleException DAMAGED if the state is not one that a detector of this model saved
   */
  MultivariateDetector restore(byte[] state);

  /** Upper bound of the length of a saved state. */
  int stateBytesMax();

  /** Number of inputs: length of the rows that its detectors read. */
  default int inputs() {
    return manifest().roles().size();
  }
}
