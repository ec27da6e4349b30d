package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;

/** A trained detection model, loaded from a bundle: makes detectors. Immutable and thread-safe. */
public interface DetectorModel {
  BundleManifest manifest();

  /**
   * A detector for the series: with the state learnt in training where the series was part of it,
   * else one that knows nothing yet and should first be shown {@link #warmUp} of history, its
   * verdicts ignored. Also a trained one gains from the readings since its {@link
   * Detector#newestMicros}.
   */
  Detector start(SeriesName series);

  /**
   * As {@link #start(SeriesName)} with some settings of the bundle overridden (an assignment's
   * parameters). Settings that shape what is learnt make the trained state unusable: then it starts
   * anew.
   *
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  Detector start(SeriesName series, Parameters overrides);

  /**
   * Continues from a saved state.
   *
   * @throws BundleException DAMAGED if the state is not one that a detector of this model and these
   *     settings saved: start anew then
   */
  Detector restore(byte[] state, Parameters overrides);

  /** True if {@link #start} has a trained state for the series. */
  boolean isTrainedOn(SeriesName series);

  /** How much history a detector that knows nothing wants to be shown before its verdicts count. */
  Duration warmUp();

  /** Upper bound of the length of a saved state. */
  int stateBytesMax();
}
