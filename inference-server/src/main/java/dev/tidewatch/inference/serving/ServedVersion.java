package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.batching.ModelQueue;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A version that is loaded and warm. Thread-safe. Its uses are counted: once retired it gives no
 * more of them, and when the last one ends, its memory is let go.
 */
public final class ServedVersion {
  /** Set in {@link #users} when retired. */
  private static final long RETIRED = 1L << 62;

  private final Artifact artifact;
  private final LoadedModel model;
  private final @Nullable ModelQueue queue;
  private final RecordedInputs inputs;
  private final Instant readyAt;
  private final LongAdder answers = new LongAdder();
  private final AtomicLong users = new AtomicLong();
  private volatile long lastUsedNanos = System.nanoTime();
  private volatile Runnable onDrained = () -> {};

  /**
   * @param queue of its tensors, closed with it; null where there are none
   * @param inputs of its model, whichever version answered them
   */
  ServedVersion(
      Artifact artifact,
      LoadedModel model,
      @Nullable ModelQueue queue,
      RecordedInputs inputs,
      Instant readyAt) {
    this.artifact = artifact;
    this.model = model;
    this.queue = queue;
    this.inputs = inputs;
    this.readyAt = readyAt;
  }

  public VersionKey key() {
    return artifact.version();
  }

  public Artifact artifact() {
    return artifact;
  }

  /** False for a model of tensors alone, which has neither manifest, forecaster nor detector. */
  public boolean hasManifest() {
    return model.manifest() != null;
  }

  /**
   * @throws FailedPrecondition {@code TASK_MISMATCH} for a model of tensors alone
   */
  public BundleManifest manifest() {
    BundleManifest manifest = model.manifest();
    if (manifest == null) {
      throw mismatch("a model of tensors; ask GRPCInferenceService.ModelInfer");
    }
    return manifest;
  }

  public boolean isForecaster() {
    return hasManifest() && manifest().task() == Task.FORECAST;
  }

  /** Real time. */
  public Instant readyAt() {
    return readyAt;
  }

  /** Roughly, natives included. */
  public long memoryBytes() {
    return model.memoryBytes();
  }

  public long answers() {
    return answers.sum();
  }

  public void countAnswer() {
    answers.increment();
  }

  /**
   * @throws FailedPrecondition {@code TASK_MISMATCH} for others
   */
  public Forecaster forecaster() {
    if (model.forecaster() == null) {
      throw hasManifest()
          ? mismatch("a detector; ask DetectionService, or name a forecaster")
          : mismatch("a model of tensors; ask GRPCInferenceService.ModelInfer");
    }
    return model.forecaster();
  }

  /**
   * The detector of single series.
   *
   * @throws FailedPrecondition {@code TASK_MISMATCH} for others
   */
  public DetectorModel detector() {
    if (model.rows() != null) {
      throw mismatch("a detector of several series; ask DetectionService.DetectAnomalies");
    }
    if (model.detector() == null) {
      throw hasManifest()
          ? mismatch("a forecaster; ask ForecastService, or name a detector")
          : mismatch("a model of tensors; ask GRPCInferenceService.ModelInfer");
    }
    return model.detector();
  }

  /** A detector of several aligned series; empty for others. */
  public Optional<MultivariateDetectorModel> rows() {
    return Optional.ofNullable(model.rows());
  }

  /** The model as tensors in, tensors out; empty where it can only be asked by series. */
  public Optional<TensorModel> tensors() {
    return Optional.ofNullable(model.tensors());
  }

  /** Where questions to {@link #tensors} are asked; empty where there are none. */
  public Optional<ModelQueue> queue() {
    return Optional.ofNullable(queue);
  }

  /** Of the engine that runs {@link #tensors}, by the protocol's names; empty without. */
  public String platform() {
    return model.platform();
  }

  private FailedPrecondition mismatch(String what) {
    return new FailedPrecondition("TASK_MISMATCH", "%s is %s".formatted(key(), what));
  }

  /** What callers ask, kept for warming the versions to come. */
  public RecordedInputs inputs() {
    return inputs;
  }

  /** Keeps the version in memory until the use is closed; empty if it is on its way out. */
  Optional<Use> use() {
    long count = users.get();
    while ((count & RETIRED) == 0) {
      if (users.compareAndSet(count, count + 1)) {
        lastUsedNanos = System.nanoTime();
        return Optional.of(new Use(this));
      }
      count = users.get();
    }
    return Optional.empty();
  }

  boolean isInUse() {
    return (users.get() & ~RETIRED) > 0;
  }

  /** Of {@link System#nanoTime}. */
  long lastUsedNanos() {
    return lastUsedNanos;
  }

  /**
   * Gives no more uses.
   *
   * @param drained runs once, when the last use has ended: on this thread if there is none, else on
   *     that of the last user
   */
  void retire(Runnable drained) {
    onDrained = drained;
    long count = users.getAndUpdate(n -> n | RETIRED);
    if (count == 0) {
      drained.run();
    }
  }

  private void release() {
    if (users.decrementAndGet() == RETIRED) {
      onDrained.run();
    }
  }

  /** Lets go of memory outside the heap; nobody may use it any more. */
  void close() {
    if (queue != null) {
      queue.close();
    }
    model.close();
  }

  /** One request's hold on a version; closing it again does nothing. */
  public static final class Use implements AutoCloseable {
    private final ServedVersion version;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Use(ServedVersion version) {
      this.version = version;
    }

    public ServedVersion version() {
      return version;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        version.release();
      }
    }
  }
}
