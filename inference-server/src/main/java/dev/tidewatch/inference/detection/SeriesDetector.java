package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.ReadingColumns;

/** Of one series: scores each reading. */
final class SeriesDetector extends LiveDetector {
  private final Parameters tuned;
  private final Detector detector;

  /**
   * @param tuned the parameters with the series' tuning applied: what the detector runs with
   */
  SeriesDetector(
      int shard,
      VersionKey version,
      Parameters parameters,
      Parameters tuned,
      Detector detector,
      long position,
      boolean changed) {
    super(shard, version, parameters, position, changed);
    this.tuned = tuned;
    this.detector = detector;
  }

  boolean isTunedTo(Parameters otherTuned) {
    return tuned.equals(otherTuned);
  }

  /**
   * The same with another tuning.
   *
   * @throws BundleException if the model cannot go on from this state with it
   */
  SeriesDetector retuned(DetectorModel model, Parameters newTuned) {
    return new SeriesDetector(
        shard(),
        version(),
        parameters(),
        newTuned,
        model.restore(detector.save(), newTuned),
        position(),
        isChanged());
  }

  /** Readings that are not newer than what was seen are left out. */
  @Override
  void score(ReadingColumns readings, FeedPosition commit, Scored into) {
    for (int row = 0; row < readings.size(); row++) {
      long timeMicros = readings.timeMicros(row);
      if (timeMicros <= detector.newestMicros()) {
        continue;
      }
      changedBy(commit);
      Verdict verdict = detector.score(timeMicros, readings.value(row));
      into.add();
      if (verdict.anomaly()) {
        into.add(Found.of(timeMicros, readings.value(row), verdict));
      }
    }
  }

  @Override
  long newestMicros() {
    return detector.newestMicros();
  }

  @Override
  byte[] state() {
    return detector.save();
  }
}
