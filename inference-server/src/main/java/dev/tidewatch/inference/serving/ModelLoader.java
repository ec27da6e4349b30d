package dev.tidewatch.inference.serving;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.tensor.TensorEngines;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.models.tensor.TensorModel;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Makes models out of verified files. Thread-safe. */
final class ModelLoader {
  /** What a loaded model takes beside its numbers. */
  private static final long OBJECTS_BYTES = 64 << 10;

  private static final long NATIVE_BYTES = 4 << 20;

  private final ModelFamilies families;
  private final TensorEngines engines;
  private final BundleLimits limits;

  ModelLoader(ModelFamilies families, TensorEngines engines, BundleLimits limits) {
    this.families = families;
    this.engines = engines;
    this.limits = limits;
  }

  /** A file that has been looked into, by Java alone, and can be loaded. */
  interface Opened {
    /** True if loading it may end the process, should the file be broken. */
    boolean runsNativeCode();

    /**
     * @throws RuntimeException whatever is wrong with the model
     */
    LoadedModel load();
  }

  /**
   * @throws dev.tidewatch.models.bundle.BundleException if it is a bundle and unsound
   * @throws dev.tidewatch.models.tensor.TensorModelException if no engine loads the format
   */
  Opened open(CachedArtifact file) {
    return file.format() == TensorFormat.BUNDLE ? openBundle(file) : openTensors(file);
  }

  private Opened openBundle(CachedArtifact file) {
    Bundle bundle;
    try {
      bundle = Bundle.read(file.path(), limits);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    boolean runsNativeCode = families.runsNativeCode(bundle);
    long bytes = memoryBytes(file.sizeBytes(), runsNativeCode);
    return new Opened() {
      @Override
      public boolean runsNativeCode() {
        return runsNativeCode;
      }

      @Override
      public LoadedModel load() {
        if (bundle.manifest().task() == Task.FORECAST) {
          return LoadedModel.forecaster(families.loadForecaster(bundle), bytes);
        }
        return families.multivariateFamily(bundle.manifest().family()).isPresent()
            ? LoadedModel.rows(families.loadMultivariate(bundle), bytes)
            : LoadedModel.detector(families.loadDetector(bundle), bytes);
      }
    };
  }

  private Opened openTensors(CachedArtifact file) {
    var engine = engines.engine(file.format());
    return new Opened() {
      @Override
      public boolean runsNativeCode() {
        return file.format() == TensorFormat.ONNX || file.format() == TensorFormat.SAVED_MODEL_ZIP;
      }

      @Override
      public LoadedModel load() {
        try {
          TensorModel model = engine.load(file.path());
          return LoadedModel.tensors(
              model, engine.platform(), Math.max(OBJECTS_BYTES, model.bytes()));
        } catch (IOException e) {
          throw unreadable(file, e);
        }
      }
    };
  }

  /** Before it is loaded, from the size of the file. */
  static long memoryBytes(long fileBytes, boolean runsNativeCode) {
    return 3 * fileBytes + OBJECTS_BYTES + (runsNativeCode ? NATIVE_BYTES : 0);
  }

  private static UncheckedIOException unreadable(CachedArtifact file, IOException cause) {
    return new UncheckedIOException("the artifact %s cannot be read".formatted(file.path()), cause);
  }
}
