package dev.tidewatch.inference.serving;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.tensor.TensorModel;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an artifact became: a forecaster or a detector, perhaps as tensors too, or tensors alone.
 *
 * @param rows a detector of several aligned series
 * @param platform of the engine that runs the tensors; empty where there are none
 * @param memoryBytes that it takes, roughly
 */
record LoadedModel(
    @Nullable Forecaster forecaster,
    @Nullable DetectorModel detector,
    @Nullable MultivariateDetectorModel rows,
    @Nullable TensorModel tensors,
    String platform,
    long memoryBytes)
    implements AutoCloseable {
  LoadedModel {
    long askedBySeries = Stream.of(forecaster, detector, rows).filter(Objects::nonNull).count();
    if (askedBySeries > 1 || (askedBySeries == 0 && tensors == null)) {
      throw new IllegalArgumentException("a model is a forecaster, a detector, or tensors");
    }
  }

  static LoadedModel forecaster(Forecaster forecaster, long memoryBytes) {
    return new LoadedModel(
        forecaster, null, null, forecaster.tensors().orElse(null), "", memoryBytes);
  }

  static LoadedModel detector(DetectorModel detector, long memoryBytes) {
    return new LoadedModel(null, detector, null, null, "", memoryBytes);
  }

  static LoadedModel rows(MultivariateDetectorModel rows, long memoryBytes) {
    return new LoadedModel(null, null, rows, null, "", memoryBytes);
  }

  static LoadedModel tensors(TensorModel tensors, String platform, long memoryBytes) {
    return new LoadedModel(null, null, null, tensors, platform, memoryBytes);
  }

  /** Null for tensors alone. */
  @Nullable BundleManifest manifest() {
    if (forecaster != null) {
      return forecaster.manifest();
    }
    if (rows != null) {
      return rows.manifest();
    }
    return detector == null ? null : detector.manifest();
  }

  @Override
  public void close() {
    if (forecaster != null) {
      forecaster.close(); // and its tensors
    } else if (tensors != null) {
      tensors.close();
    }
  }
}
