package dev.tidewatch.inference.serving;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.tensor.TensorModel;
import org.jspecify.annotations.Nullable;

/**
 * What an artifact became: a forecaster or a detector, perhaps as tensors too, or tensors alone.
 *
 * @param platform of the engine that runs the tensors; empty where there are none
 * @param memoryBytes that it takes, roughly
 */
record LoadedModel(
    @Nullable Forecaster forecaster,
    @Nullable DetectorModel detector,
    @Nullable TensorModel tensors,
    String platform,
    long memoryBytes)
    implements AutoCloseable {
  LoadedModel {
    boolean isBoth = forecaster != null && detector != null;
    boolean isNone = forecaster == null && detector == null && tensors == null;
    if (isBoth || isNone) {
      throw new IllegalArgumentException("a model is a forecaster, a detector, or tensors");
    }
  }

  /** Null for tensors alone. */
  @Nullable BundleManifest manifest() {
    if (forecaster != null) {
      return forecaster.manifest();
    }
    return detector == null ? null : detector.manifest();
  }

  @Override
  public void close() {
    if (tensors != null) {
      tensors.close();
    }
    if (forecaster != null) {
      forecaster.close();
    }
  }
}
