package dev.tidewatch.trainer;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.TidewatchException;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Trains and registers models: reads the plan's series at one state of the feed, searches settings
 * if told to, back-tests, compares with the champion on the same origins, fits on everything, logs
 * a run, uploads the bundle, makes a version out of it, and attaches what was found out about it as
 * evidence for the registry's gates. Until the version is made nothing is visible under the model
 * but the run, so a training that fails or is cancelled (its progress listener throws {@link
 * CancellationException}, or its thread is interrupted) leaves a run that says so and nothing else.
 * Thread-safe; a training runs on the caller's thread and on as many more as its evaluation names.
 */
public final class Trainer {
  private static final int VERSIONS_LOOKED_AT = 20;

  private final Tidewatch tidewatch;
  private final ModelFamilies families;
  private final InstantSource clock;
  private final String codeVersion;
  private final Fitting fitting;

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
    this.fitting = new Fitting(families, clock, codeVersion);
  }

  /**
   * Trains and registers a version. Aliases do not move; see {@link Publication}.
   *
   * @param listener told of the fraction of the whole training, which never falls
   * @throws IllegalArgumentException for a family or parameter that there is not
   * @throws dev.tidewatch.models.training.InsufficientHistoryException if there is too little to
   *     learn from
   * @throws TidewatchException if a server refuses or is away
   * @throws CancellationException if the listener threw it or the thread was interrupted
   */
  public TrainingReport train(TrainingPlan wanted, TrainingProgress listener) throws IOException {
    Task task = task(wanted.family());
    TrainingPlan plan = withRoles(wanted);
    ensureModel(plan, task);
    AliasPlace champion = champion(plan);
    return train(plan, task, champion, null, listener);
  }

  /**
   * As {@link #train}, but if one of the model's newest versions was made by the same recipe from
   * the same readings, that one is reported, and no run is begun.
   */
  public TrainingReport trainUnlessDone(TrainingPlan wanted, TrainingProgress listener)
      throws IOException {
    Task task = task(wanted.family());
    TrainingPlan plan = withRoles(wanted);
    Dataset dataset = Dataset.read(tidewatch.ingest(), plan, listener);
    ensureModel(plan, task);
    AliasPlace champion = champion(plan);
    String recipe = Recipe.digest(plan, dataset.fingerprint(), codeVersion);
    Optional<ModelVersion> there = madeBy(recipe, plan.model());
    if (there.isEmpty()) {
      return train(plan, task, champion, dataset, listener);
    }
    ModelVersion version = there.get();
    return new TrainingReport(
        plan.model(),
        version.getVersion(),
        plan.family(),
        plan.series(),
        plan.covariates(),
        plan.horizon(),
        version.getArtifact().getSha256(),
        version.getLineage().getRunId(),
        dataset.rows(),
        dataset.asOf(),
        champion,
        Champions.settings(version),
        new TreeMap<>(version.getMetricsMap()),
        null,
        null,
        false);
  }

  private Optional<ModelVersion> madeBy(String recipe, String model) {
    try (var versions = tidewatch.registry().listVersions(model)) {
      return versions
          .limit(VERSIONS_LOOKED_AT)
          .filter(version -> recipe.equals(version.getTagsMap().get(Recipe.TAG)))
          .findFirst();
    }
  }

  /** Several series are the inputs of one detector, where its family reads several. */
  private TrainingPlan withRoles(TrainingPlan plan) {
    return families.multivariateFamily(plan.family()).isPresent() ? InputRoles.of(plan) : plan;
  }

  private AliasPlace champion(TrainingPlan plan) {
    return AliasPlace.of(tidewatch.registry(), plan.model(), Publication.CHAMPION);
  }

  private TrainingReport train(
      TrainingPlan plan,
      Task task,
      AliasPlace champion,
      @Nullable Dataset read,
      TrainingProgress listener)
      throws IOException {
    var run = new RunRecord(tidewatch.registry().channel(), plan, codeVersion, System::nanoTime);
    var progress = new Phases(listener, run);
    TrainingReport report;
    try {
      progress.enter(Phases.Phase.READ);
      Dataset dataset = read != null ? read : Dataset.read(tidewatch.ingest(), plan, progress);
      Fitting.Fitted fitted =
          task == Task.TASK_DETECT
              ? families.multivariateFamily(plan.family()).isPresent()
                  ? fitting.rows(plan, dataset, progress)
                  : fitting.detector(plan, dataset, progress)
              : fitting.forecaster(
                  plan,
                  dataset,
                  progress,
                  run,
                  (prepared, candidate, told) ->
                      champion.version().isEmpty()
                          ? null
                          : new Champions(tidewatch.registry(), families)
                              .compare(
                                  plan.model(), champion.version(), prepared, candidate, told));
      fitted =
          fitted.with(
              DriftReferences.of(fitted.bundle().manifest(), dataset, clock.instant())
                  .in(fitted.bundle()));
      var metrics = new TreeMap<>(fitted.bundle().manifest().metrics());
      if (fitted.comparison() != null) {
        metrics.putAll(fitted.comparison().metrics());
      }
      run.log(metrics);
      run.tag(tags(plan, dataset, fitted));
      ModelVersion version = register(plan, dataset, fitted, metrics, run.id(), progress);
      attachEvidence(plan, fitted, version, run);
      registerReference(fitted, version, run);
      report =
          new TrainingReport(
              plan.model(),
              version.getVersion(),
              plan.family(),
              plan.series(),
              plan.covariates(),
              plan.horizon(),
              fitted.bundle().sha256(),
              run.id(),
              dataset.rows(),
              dataset.asOf(),
              champion,
              fitted.parameters(),
              metrics,
              fitted.comparison(),
              fitted.tuning(),
              true);
    } catch (CancellationException e) {
      run.giveUp(RunStatus.RUN_STATUS_CANCELLED, e);
      throw e;
    } catch (IOException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        // A call that was broken off by the interrupt fails in its own words.
        var cancelled = new CancellationException("interrupted");
        cancelled.initCause(e);
        run.giveUp(RunStatus.RUN_STATUS_CANCELLED, cancelled);
        throw cancelled;
      }
      run.giveUp(RunStatus.RUN_STATUS_FAILED, e);
      throw e;
    }
    // The version is there: the run succeeded, whoever interrupts now.
    Uninterrupted.call(() -> {
      run.finish(RunStatus.RUN_STATUS_SUCCEEDED, "", report.metrics());
      return report;
    });
    return report;
  }

  private static Map<String, String> tags(
      TrainingPlan plan, Dataset dataset, Fitting.Fitted fitted) {
    var tags = new TreeMap<String, String>();
    tags.put("data_fingerprint", dataset.fingerprint());
    tags.put("as_of", dataset.asOf().epoch() + ":" + dataset.asOf().position());
    if (fitted.comparison() != null) {
      tags.put("champion_comparison", fitted.comparison().text());
    }
    if (fitted.tuning() != null) {
      tags.put("tuned", fitted.parameters().toString());
      tags.put("trials", Integer.toString(fitted.tuning().trials().size()));
    }
    tags.put("series", Integer.toString(plan.series().size()));
    return tags;
  }

  private Task task(String family) {
    if (families.forecastFamily(family).isPresent()) {
      return Task.TASK_FORECAST;
    }
    if (families.detectorFamily(family).isPresent()
        || families.multivariateFamily(family).isPresent()) {
      return Task.TASK_DETECT;
    }
    throw new IllegalArgumentException(
        "family: no '%s'; forecasters are %s, detectors are %s, of several series %s"
            .formatted(
                family,
                String.join(", ", families.forecastIds()),
                String.join(", ", families.detectionIds()),
                String.join(", ", families.multivariateIds())));
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

  /** The version is there already: what goes wrong here is told by the run, and by the gates. */
  private void attachEvidence(
      TrainingPlan plan, Fitting.Fitted fitted, ModelVersion version, RunRecord run)
      throws IOException {
    var findings = VersionEvidence.of(plan, fitted, clock.instant());
    Uninterrupted.call(() -> {
      try {
        VersionEvidence.attach(tidewatch.registry(), version, run.id(), findings);
      } catch (TidewatchException e) {
        run.tag(Map.of("evidence_missing", String.valueOf(e.getMessage())));
      }
      return version;
    });
  }

  /** As evidence: the version can do without, and the run tells that it does. */
  private void registerReference(Fitting.Fitted fitted, ModelVersion version, RunRecord run) {
    Uninterrupted.call(() -> {
      try {
        DriftReferences.register(tidewatch.monitor(), fitted.bundle(), version);
      } catch (TidewatchException e) {
        run.tag(Map.of("drift_reference_missing", String.valueOf(e.getMessage())));
      }
      return version;
    });
  }

  private ModelVersion register(
      TrainingPlan plan,
      Dataset dataset,
      Fitting.Fitted fitted,
      SortedMap<String, Double> metrics,
      String runId,
      Phases progress)
      throws IOException {
    Bundle bundle = fitted.bundle();
    progress.enter(Phases.Phase.UPLOAD);
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
    progress.enter(Phases.Phase.REGISTER);
    progress.at("register", 0);
    // The run's id is the request's, so that a repeat after a lost answer makes no second version.
    var request =
        CreateModelVersionRequest.newBuilder()
            .setRequestId(runId)
            .setModel(plan.model())
            .setArtifactSha256(bundle.sha256())
            .setFamily(plan.family())
            .setSignature(VersionMessages.signature(bundle.manifest()))
            .putAllMetrics(metrics)
            .setDescription(plan.description())
            .setLineage(VersionMessages.lineage(bundle.manifest(), dataset, runId))
            .putTags(Recipe.TAG, Recipe.digest(plan, dataset.fingerprint(), codeVersion));
    fitted
        .parameters()
        .asMap()
        .forEach((name, value) -> request.putTags(Champions.SETTING_TAG + name, value));
    // An interrupt from here on would leave the outcome open.
    return Uninterrupted.call(() -> tidewatch.registry().createVersion(request.build()));
  }
}
