package dev.tidewatch.trainer;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.forecast.Backtest;
import dev.tidewatch.models.forecast.BacktestPlan;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.timeseries.GridWindow;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;

/**
 * Trains and registers models: reads the plan's series at one state of the feed, fits, back-tests,
 * logs a run, uploads the bundle, and makes a version out of it. Until that last step nothing is
 * visible under the model but the run, so a training that fails or is cancelled (its progress
 * listener throws {@link CancellationException}, or its thread is interrupted) leaves a run that
 * says so and nothing else. Thread-safe; a training runs on the caller's thread.
 */
public final class Trainer {
  private final Tidewatch tidewatch;
  private final ModelFamilies families;
  private final InstantSource clock;
  private final String codeVersion;

  /**
   * @param clock by which the value of a grid interval is known
   * @param codeVersion of this program, recorded with the version
   */
  public Trainer(
      Tidewatch tidewatch, ModelFamilies families, InstantSource clock, String codeVersion) {
    this.tidewatch = tidewatch;
    this.families = families;
    this.clock = clock;
    this.codeVersion = codeVersion;
  }

  /**
   * Trains and registers a version. Aliases do not move; see {@link Publication}.
   *
   * @throws IllegalArgumentException for a family or parameter that there is not
   * @throws dev.tidewatch.models.training.InsufficientHistoryException if there is too little to
   *     learn from
   * @throws TidewatchException if a server refuses or is away
   * @throws CancellationException if the listener threw it or the thread was interrupted
   */
  public TrainingReport train(TrainingPlan plan, TrainingProgress listener) throws IOException {
    Task task = task(plan.family());
    TrainingProgress progress =
        (stage, fraction) -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted during " + stage);
          }
          listener.at(stage, fraction);
        };
    ensureModel(plan, task);
    AliasPlace champion = AliasPlace.of(tidewatch.registry(), plan.model(), Publication.CHAMPION);
    var run = new RunRecord(tidewatch.registry().channel(), plan, codeVersion);
    TrainingReport report;
    try {
      Dataset dataset = Dataset.read(tidewatch.ingest(), plan, progress);
      Bundle bundle = fit(plan, task, dataset, progress);
      run.logMetrics(bundle.manifest().metrics());
      ModelVersion version = register(plan, dataset, bundle, run.id(), progress);
      report =
          new TrainingReport(
              plan.model(),
              version.getVersion(),
              plan.family(),
              bundle.sha256(),
              run.id(),
              dataset.rows(),
              dataset.asOf(),
              champion,
              bundle.manifest().metrics());
    } catch (CancellationException e) {
      run.giveUp(RunStatus.RUN_STATUS_CANCELLED, e);
      throw e;
    } catch (IOException | RuntimeException e) {
      run.giveUp(RunStatus.RUN_STATUS_FAILED, e);
      throw e;
    }
    run.finish(RunStatus.RUN_STATUS_SUCCEEDED, "", report.metrics());
    return report;
  }

  private Task task(String family) {
    if (families.forecastFamily(family).isPresent()) {
      return Task.TASK_FORECAST;
    }
    if (families.detectorFamily(family).isPresent()) {
      return Task.TASK_DETECT;
    }
    throw new IllegalArgumentException(
        "family: no '%s'; forecasters are %s, detectors are %s"
            .formatted(
                family,
                String.join(", ", families.forecastIds()),
                String.join(", ", families.detectionIds())));
  }

  private void ensureModel(TrainingPlan plan, Task task) {
    try {
      var model = tidewatch.registry().getModel(plan.model());
      if (model.getTask() != task) {
        throw new IllegalArgumentException(
            "model: %s does %s, and family %s does %s; choose another name"
                .formatted(plan.model(), model.getTask(), plan.family(), task));
      }
    } catch (TidewatchException e) {
      if (e.code() != Status.Code.NOT_FOUND) {
        throw e;
      }
      try {
        tidewatch.registry().createModel(plan.model(), task, plan.description());
      } catch (TidewatchException raced) {
        if (raced.code() != Status.Code.ALREADY_EXISTS) {
          throw raced;
        }
      }
    }
  }

  private Bundle fit(TrainingPlan plan, Task task, Dataset dataset, TrainingProgress progress) {
    var provenance = new Provenance(dataset.fingerprint(), codeVersion, plan.seed());
    if (task == Task.TASK_DETECT) {
      var training =
          new DetectorTraining(
              dataset.readings(), plan.grid(), plan.parameters(), provenance, progress);
      return families.detectorFamily(plan.family()).orElseThrow().fit(training);
    }
    var windows = dataset.onGrid(plan.grid(), clock.instant());
    var training =
        new ForecastTraining(
            windows, plan.horizon(), plan.levels(), plan.parameters(), provenance, progress);
    int intervals = windows.values().stream().mapToInt(GridWindow::size).max().orElse(0);
    return Backtest.fitWithMetrics(
        families.forecastFamily(plan.family()).orElseThrow(),
        training,
        BacktestPlan.standard(intervals, plan.horizon()));
  }

  private ModelVersion register(
      TrainingPlan plan, Dataset dataset, Bundle bundle, String runId, TrainingProgress progress)
      throws IOException {
    Path file = Files.createTempFile("tidewatch-", ".bundle");
    try {
      bundle.write(file);
      tidewatch
          .registry()
          .artifacts()
          .upload(
              file,
              ArtifactFormat.ARTIFACT_FORMAT_BUNDLE,
              (done, total) -> progress.at("upload", total == 0 ? 1 : (double) done / total));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var cancelled = new CancellationException("interrupted during upload");
      cancelled.initCause(e);
      throw cancelled;
    } finally {
      Files.delete(file);
    }
    progress.at("register", 0);
    // The run's id is the request's, so that a repeat after a lost answer makes no second version.
    var request =
        CreateModelVersionRequest.newBuilder()
            .setRequestId(runId)
            .setModel(plan.model())
            .setArtifactSha256(bundle.sha256())
            .setFamily(plan.family())
            .setSignature(VersionMessages.signature(bundle.manifest()))
            .putAllMetrics(bundle.manifest().metrics())
            .setDescription(plan.description())
            .setLineage(VersionMessages.lineage(bundle.manifest(), dataset, runId))
            .build();
    ModelVersion version = tidewatch.registry().createVersion(request);
    progress.at("register", 1);
    return version;
  }
}
