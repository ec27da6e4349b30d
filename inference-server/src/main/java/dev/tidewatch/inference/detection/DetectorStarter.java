package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts detectors that know the past of their series. Thread-safe. */
public final class DetectorStarter {
  private static final Logger LOG = LoggerFactory.getLogger(DetectorStarter.class);

  private final HistorySource history;

  public DetectorStarter(HistorySource history) {
    this.history = history;
  }

  /**
   * A detector that has seen the stored readings before a time: all since its training if it was
   * trained on the series, else as many as the model wants to warm up.
   *
   * @param asOf state of ingest; null: the newest
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  Detector warm(
      ServedVersion version,
      String series,
      Parameters parameters,
      long untilMicros,
      HistorySource.@Nullable AsOf asOf) {
    DetectorModel model = version.detector();
    Detector detector = model.start(new SeriesName(series), parameters);
    if (detector.newestMicros() == Long.MIN_VALUE) {
      warmUp(version, detector, series, untilMicros, asOf);
    } else if (detector.newestMicros() + 1 < untilMicros) {
      show(detector, series, detector.newestMicros() + 1, untilMicros, asOf);
    }
    return detector;
  }

  /** Shows a detector as much of what is stored before a time as its model wants. */
  void warmUp(
      ServedVersion version,
      Detector detector,
      String series,
      long untilMicros,
      HistorySource.@Nullable AsOf asOf) {
    long warmUpMicros = version.detector().warmUp().toSeconds() * Times.MICROS_PER_SECOND;
    if (warmUpMicros > 0) {
      show(detector, series, untilMicros - warmUpMicros, untilMicros, asOf);
    }
  }

  private void show(
      Detector detector,
      String series,
      long fromMicros,
      long untilMicros,
      HistorySource.@Nullable AsOf asOf) {
    try {
      ReadingColumns readings = history.read(series, fromMicros, untilMicros, asOf).readings();
      for (int row = 0; row < readings.size(); row++) {
        var _ = detector.score(readings.timeMicros(row), readings.value(row));
      }
    } catch (NotFound e) {
      LOG.debug("{} is not known to ingest; its detector starts cold", series);
    }
  }
}
