package dev.tidewatch.trainer;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.Lineage;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.SeriesWindow;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.sdk.TransferProgress;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Registers a bundle that lies in a file, as one that was downloaded from another registry does.
 * What the version says of itself is what the bundle says. Thread-safe.
 */
public final class BundleRegistration {
  private final RegistryClient registry;

  public BundleRegistration(RegistryClient registry) {
    this.registry = registry;
  }

  /**
   * Uploads the bundle and makes a version out of it. The model is made if it is not there.
   *
   * @throws BundleException if the file is no sound bundle; nothing was sent then
   * @throws TidewatchException if the registry refuses it or is away
   */
  public ModelVersion register(
      Path file, String model, String description, TransferProgress progress)
      throws IOException, InterruptedException {
    Bundle bundle = Bundle.read(file, BundleLimits.DEFAULT);
    BundleManifest manifest = bundle.manifest();
    ensureModel(
        model,
        switch (manifest.task()) {
          case FORECAST -> Task.TASK_FORECAST;
          case DETECT -> Task.TASK_DETECT;
        },
        description);
    var artifact =
        registry.artifacts().upload(file, ArtifactFormat.ARTIFACT_FORMAT_BUNDLE, progress);
    return registry.createVersion(
        CreateModelVersionRequest.newBuilder()
            .setModel(model)
            .setArtifactSha256(artifact.getSha256())
            .setFamily(manifest.family())
            .setSignature(VersionMessages.signature(manifest))
            .putAllMetrics(manifest.metrics())
            .setDescription(description)
            .setLineage(lineage(manifest))
            .build());
  }

  private void ensureModel(String model, Task task, String description) {
    try {
      registry.getModel(model);
    } catch (TidewatchException e) {
      if (e.code() != Status.Code.NOT_FOUND) {
        throw e;
      }
      registry.createModel(model, task, description);
    }
  }

  private static Lineage lineage(BundleManifest manifest) {
    var window = manifest.trainingWindow();
    var lineage =
        Lineage.newBuilder()
            .setDataFingerprint(window.fingerprint())
            .setSeed(manifest.seed())
            .setCodeVersion(manifest.codeVersion());
    for (var series : window.series()) {
      lineage.addTraining(
          SeriesWindow.newBuilder()
              .setSeries(series.value())
              .setRole(manifest.roles().getFirst().name())
              .setFrom(ProtoTimes.timestamp(window.startMicros()))
              .setTo(ProtoTimes.timestamp(window.endMicros())));
    }
    return lineage.build();
  }
}
