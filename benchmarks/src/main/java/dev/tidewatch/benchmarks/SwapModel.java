package dev.tidewatch.benchmarks;

import com.google.protobuf.Duration;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.RoleKind;
import dev.tidewatch.proto.registry.v1.RoleSpec;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.type.v1.Aggregation;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One LSTM in the registry, in versions whose files differ and whose networks are the same. */
final class SwapModel {
  static final String NAME = "bench-swap";
  static final int HORIZON = 24;

  /** What requests ask for. */
  static final String LIVE = "live";

  private static final String FAMILY = "lstm";
  private static final Grid GRID = Grid.ofStep(java.time.Duration.ofHours(1));
  private static final int TRAINED_HOURS = 24 * 30;
  private static final long SEED = 1;

  private final RegistryClient registry;
  private final List<String> versions = new ArrayList<>();

  SwapModel(RegistryClient registry) {
    this.registry = registry;
  }

  /** Trains the network and registers so many versions of it. */
  void register(int count) throws IOException, InterruptedException {
    Bundle trained = train();
    registry.createModel(NAME, Task.TASK_FORECAST, "swapped under load");
    Path file = Files.createTempFile("tidewatch-bench-", ".bundle");
    try {
      for (int i = 0; i < count; i++) {
        // Another figure in the manifest is another digest.
        var metrics = new TreeMap<>(trained.manifest().metrics());
        metrics.put("copy", (double) i);
        Bundle bundle = trained.withMetrics(metrics);
        bundle.write(file);
        registry
            .artifacts()
            .upload(file, ArtifactFormat.ARTIFACT_FORMAT_BUNDLE, (done, total) -> {});
        versions.add(registry.createVersion(version(bundle)).getVersion());
      }
    } finally {
      Files.delete(file);
    }
  }

  private static Bundle train() {
    var random = new java.util.SplittableRandom(SEED);
    var values = new double[TRAINED_HOURS];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i) + random.nextGaussian();
    }
    var training =
        new ForecastTraining(
            new TreeMap<>(Map.of(new SeriesName("bench/swap"), GridWindow.of(GRID, 0, values))),
            HORIZON,
            List.of(0.9),
            Parameters.of(
                Map.of("window", "30", "units", "50", "epochs_max", "1", "engine", "tensorflow")),
            new Provenance("0".repeat(64), "bench", SEED),
            TrainingProgress.SILENT);
    return AllFamilies.create().forecastFamily(FAMILY).orElseThrow().fit(training);
  }

  static double value(int hour) {
    return 100 + 30 * Math.sin(2 * Math.PI * hour / 24);
  }

  private static CreateModelVersionRequest version(Bundle bundle) {
    return CreateModelVersionRequest.newBuilder()
        .setModel(NAME)
        .setArtifactSha256(bundle.sha256())
        .setFamily(FAMILY)
        .setSignature(
            ModelSignature.newBuilder()
                .addRoles(
                    RoleSpec.newBuilder().setRole("target").setKind(RoleKind.ROLE_KIND_TARGET))
                .setGrid(
                    dev.tidewatch.proto.type.v1.Grid.newBuilder()
                        .setStep(Duration.newBuilder().setSeconds(GRID.step().toSeconds()))
                        .setAggregation(Aggregation.AGGREGATION_MEAN))
                .setHorizonSteps(HORIZON)
                .setHistorySteps(bundle.manifest().historyIntervals()))
        .build();
  }

  List<String> versions() {
    return List.copyOf(versions);
  }

  void move(String alias, String version) {
    registry.moveAlias(NAME, alias, version, "bench");
  }
}
