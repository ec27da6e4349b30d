package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.DetectorState;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.Verdict;
import org.jspecify.annotations.Nullable;

/** One detector on one series. Not thread-safe: owned by the thread that reads the feed. */
final class LiveDetector {
  private final int shard;
  private final VersionKey version;
  private final Parameters parameters;
  private final Parameters tuned;
  private final Detector detector;
  private long position;
  private boolean changed;

  /**
   * @param parameters of the assignment
   * @param tuned the same with the series' tuning applied: what the detector runs with
   * @param changed whether the store does not have this state yet
   */
  LiveDetector(
      int shard,
      VersionKey version,
      Parameters parameters,
      Parameters tuned,
      Detector detector,
      long position,
      boolean changed) {
    this.shard = shard;
    this.version = version;
    this.parameters = parameters;
    this.tuned = tuned;
    this.detector = detector;
    this.position = position;
    this.changed = changed;
  }

  boolean runs(VersionKey otherVersion, Parameters otherParameters) {
    return version.equals(otherVersion) && parameters.equals(otherParameters);
  }

  boolean isTunedTo(Parameters otherTuned) {
    return tuned.equals(otherTuned);
  }

  /**
   * The same with another tuning.
   *
   * @throws BundleException if the model cannot go on from this state with it
   */
  LiveDetector retuned(DetectorModel model, Parameters newTuned) {
    return new LiveDetector(
        shard,
        version,
        parameters,
        newTuned,
        model.restore(detector.save(), newTuned),
        position,
        changed);
  }

  int shard() {
    return shard;
  }

  boolean isChanged() {
    return changed;
  }

  /** Null for a reading that is not newer than what was seen. */
  @Nullable Verdict score(long timeMicros, double value, long feedPosition) {
    if (timeMicros <= detector.newestMicros()) {
      return null;
    }
    position = feedPosition;
    changed = true;
    return detector.score(timeMicros, value);
  }

  DetectorState save(String series, String slot) {
    byte[] state = detector.save();
    return new DetectorState(
        series,
        slot,
        shard,
        version.model(),
        version.version(),
        detector.newestMicros(),
        position,
        state.length <= DetectorState.STATE_BYTES_MAX ? state : null);
  }

  void markSaved() {
    changed = false;
  }
}
