package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.timeseries.SeriesName;
import org.jspecify.annotations.Nullable;

/** Detectors for values that a caller chooses: nothing that they learn is kept. Thread-safe. */
public final class FreshDetectors {
  /** A series that no model was trained on. */
  private static final SeriesName NOBODY = new SeriesName("-");

  private final DetectorStarter starter;

  public FreshDetectors(DetectorStarter starter) {
    this.starter = starter;
  }

  /**
   * For a stored range: one that has seen what is stored before it. Where the training has seen the
   * range itself, what was learnt there is left aside, so that the range is not judged by what it
   * taught.
   */
  public Detector forRange(
      ServedVersion version,
      String series,
      Parameters parameters,
      long fromMicros,
      HistorySource.@Nullable AsOf asOf) {
    Detector trained = version.detector().start(new SeriesName(series), parameters);
    if (trained.newestMicros() < fromMicros) {
      return starter.warm(version, series, parameters, fromMicros, asOf);
    }
    Detector cold = version.detector().start(NOBODY, parameters);
    starter.warmUp(version, cold, series, fromMicros, asOf);
    return cold;
  }

  /**
   * For values that come with a name: with what was learnt in training, where that ends before
   * them.
   */
  public Detector forValues(
      DetectorModel model, String series, Parameters parameters, long fromMicros) {
    Detector trained = model.start(name(series), parameters);
    return trained.newestMicros() < fromMicros ? trained : model.start(NOBODY, parameters);
  }

  private static SeriesName name(String series) {
    try {
      return new SeriesName(series);
    } catch (IllegalArgumentException e) {
      return NOBODY;
    }
  }
}
