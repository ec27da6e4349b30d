package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.ReadingColumns;

/** Of one series: scores each reading. */
final class SeriesDetector extends LiveDetector {
  private final Detector detector;

  SeriesDetector(
      int shard,
      VersionKey version,
      Parameters parameters,
      Parameters tuned,
      Detector detector,
      long position,
      boolean changed) {
    super(shard, version, parameters, tuned, position, changed);
    this.detector = detector;
  }

  @Override
  SeriesDetector retuned(Choice choice, Parameters newTuned) {
    return new SeriesDetector(
        shard(),
        version(),
        parameters(),
        newTuned,
        choice.version().detector().restore(detector.save(), newTuned),
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
