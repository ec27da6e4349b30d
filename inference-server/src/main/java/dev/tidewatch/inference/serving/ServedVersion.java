package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A version that is loaded and warm. Thread-safe. */
public final class ServedVersion {
  private final Artifact artifact;
  private final LoadedModel model;
  private final Instant readyAt;
  private final LongAdder answers = new LongAdder();
  private final AtomicInteger users = new AtomicInteger();

  /** What a bundle became: exactly one of the two. */
  record LoadedModel(@Nullable Forecaster forecaster, @Nullable DetectorModel detector) {
    BundleManifest manifest() {
      if (forecaster != null) {
        return forecaster.manifest();
      }
      if (detector != null) {
        return detector.manifest();
      }
      throw new IllegalStateException("neither forecaster nor detector");
    }
  }

  ServedVersion(Artifact artifact, LoadedModel model, Instant readyAt) {
    this.artifact = artifact;
    this.model = model;
    this.readyAt = readyAt;
  }

  public VersionKey key() {
    return artifact.version();
  }

  public Artifact artifact() {
    return artifact;
  }

  public BundleManifest manifest() {
    return model.manifest();
  }

  public boolean isForecaster() {
    return manifest().task() == Task.FORECAST;
  }

  /** Real time. */
  public Instant readyAt() {
    return readyAt;
  }

  public long answers() {
    return answers.sum();
  }

  public void countAnswer() {
    answers.increment();
  }

  /**
   * @throws FailedPrecondition {@code TASK_MISMATCH} for a detector
   */
  public Forecaster forecaster() {
    if (model.forecaster() == null) {
      throw mismatch("a detector; ask DetectionService, or name a forecaster");
    }
    return model.forecaster();
  }

  /**
   * @throws FailedPrecondition {@code TASK_MISMATCH} for a forecaster
   */
  public DetectorModel detector() {
    if (model.detector() == null) {
      throw mismatch("a forecaster; ask ForecastService, or name a detector");
    }
    return model.detector();
  }

  private FailedPrecondition mismatch(String what) {
    return new FailedPrecondition("TASK_MISMATCH", "%s is %s".formatted(key(), what));
  }

  /** Keeps the version in memory until the use is closed. */
  public Use use() {
    users.incrementAndGet();
    return new Use(this);
  }

  boolean isInUse() {
    return users.get() > 0;
  }

  /** One request's hold on a version; closed once. */
  public static final class Use implements AutoCloseable {
    private final ServedVersion version;

    private Use(ServedVersion version) {
      this.version = version;
    }

    public ServedVersion version() {
      return version;
    }

    @Override
    public void close() {
      version.users.decrementAndGet();
    }
  }
}
