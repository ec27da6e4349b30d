package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;

/** A trained model of several aligned series. Immutable and thread-safe. */
public interface MultivariateDetectorModel {
  BundleManifest manifest();

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
