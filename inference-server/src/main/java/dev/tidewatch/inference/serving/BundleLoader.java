package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;

/**
 * Makes a version out of a verified bundle, and asks it once before anybody else does. Thread-safe.
 */
final class BundleLoader {
  private static final SeriesName WARM_UP = new SeriesName("warm-up");
  private static final int WARM_UP_READINGS = 64;

  private final ModelFamilies families;
  private final BundleLimits limits;
  private final InstantSource realClock;

  BundleLoader(ModelFamilies families, BundleLimits limits, InstantSource realClock) {
    this.families = families;
    this.limits = limits;
    this.realClock = realClock;
  }

  /**
   * @throws dev.tidewatch.models.bundle.BundleException if the bundle is unsound or of a family
   *     that is not known here
   * @throws RuntimeException whatever the model throws when it is asked
   */
  ServedVersion load(Artifact artifact, Path file) {
    Bundle bundle;
    try {
      bundle = Bundle.read(file, limits);
    } catch (IOException e) {
      throw new UncheckedIOException("the bundle of " + artifact.version() + " cannot be read", e);
    }
    ServedVersion.LoadedModel model =
        bundle.manifest().task() == Task.FORECAST
            ? new ServedVersion.LoadedModel(warm(families.loadForecaster(bundle)), null)
            : new ServedVersion.LoadedModel(null, warm(families.loadDetector(bundle)));
    return new ServedVersion(artifact, model, realClock.instant());
  }

  private static Forecaster warm(Forecaster forecaster) {
    BundleManifest manifest = forecaster.manifest();
    var values = new double[Math.max(1, manifest.historyIntervals())];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i % 7;
    }
    GridWindow window = GridWindow.of(manifest.grid(), 0, values);
    var input = new ForecastInput(Collections.nCopies(manifest.roles().size(), window));
    var _ = forecaster.forecast(input, manifest.horizon(), List.of(0.9));
    return forecaster;
  }

  private static DetectorModel warm(DetectorModel model) {
    Detector detector = model.start(WARM_UP);
    long stepMicros = model.manifest().grid().stepMicros();
    for (int i = 0; i < WARM_UP_READINGS; i++) {
      var _ = detector.score(i * stepMicros, 1 + i % 7);
    }
    var _ = detector.save();
    return model;
  }
}
