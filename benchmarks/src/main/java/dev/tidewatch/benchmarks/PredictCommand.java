package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.ModelReadyRequest;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneProcess;
import dev.tidewatch.standalone.figures.Figures;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./tidewatch bench predict}. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = {
      "An LSTM served over the Open Inference Protocol, as SavedModel and as ONNX, against the same",
      "files run in process and against an echo of the same message sizes: latency at 1 client,",
      "throughput at 64, goodput when three times too much is asked (Poisson). Server and client are",
      "processes of their own."
    })
public final class PredictCommand implements Callable<Integer> {
  /** For the list of benches. */
  public static final String PURPOSE =
      "an LSTM over the Open Inference Protocol, against the same network in process";

  private static final int ANSWER_BYTES = 390;
  private static final long READY_SECONDS_MAX = 120;
  private static final String MIN = "_min";
  private static final String MAX = "_max";

  @Option(
      names = "--seconds",
      defaultValue = "1",
      description =
          "Length of a window; three in a row have to lie within 10 %% (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of network and windows (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--peer",
      paramLabel = "HOST:PORT",
      description =
          "Another server of the Open Inference Protocol, asked the same; its figures begin with"
              + " peer_.")
  private @Nullable String peer;

  @Option(
      names = "--peer-model",
      paramLabel = "NAME",
      defaultValue = "lstm",
      description = "The peer's model; one input FP32 [-1, n] (default: ${DEFAULT-VALUE}).")
  private String peerModel = "lstm";

  @Option(
      names = "--server",
      paramLabel = "SETTING",
      description = "A setting of the server under measurement; may be repeated.")
  private List<String> serverSettings = List.of();

  @Option(
      names = "--server-jvm",
      paramLabel = "FLAG",
      description = "A flag of the server's JVM beside -Xmx512m; may be repeated.")
  private List<String> serverFlags = List.of();

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "File that the JSON line is appended to (default: benchmarks/results.jsonl).")
  private @Nullable Path results;

  @Override
  public Integer call() throws Exception {
    if (!(seconds >= 0.01 && seconds <= 60)) {
      System.err.println("--seconds: want 0.01 to 60");
      return 2;
    }
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    Figures figures;
    try {
      PredictFiles files = PredictFiles.write(folder, seed);
      var flags = new ArrayList<>(List.of("-Xmx512m"));
      flags.addAll(serverFlags);
      try (StandaloneProcess server =
          StandaloneProcess.start(
              folder.resolve("data"),
              folder.resolve("server.log"),
              StandaloneConfig.Ports.FREE,
              flags,
              serverSettings.stream().map(setting -> "--" + setting).toList())) {
        publish(server, files);
        figures = measure(server, folder);
      } catch (Exception e) {
        System.err.println(tail(folder.resolve("server.log")));
        throw e;
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    report(figures).print(System.out, ResultsFile.orUsual(results));
    return 0;
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  private static void publish(StandaloneProcess server, PredictFiles files) throws Exception {
    try (var tidewatch = Tidewatch.connect(server.addresses().connection())) {
      RegistryClient registry = tidewatch.registry();
      publish(
          registry,
          PredictLoad.TENSORFLOW_MODEL,
          files.zip(),
          ArtifactFormat.ARTIFACT_FORMAT_SAVED_MODEL_ZIP);
      publish(registry, PredictLoad.ONNX_MODEL, files.onnx(), ArtifactFormat.ARTIFACT_FORMAT_ONNX);
    }
    ManagedChannel channel = PredictClient.connect(server.addresses().inference().toString());
    try {
      var inference = GRPCInferenceServiceGrpc.newBlockingStub(channel);
      for (String model : List.of(PredictLoad.TENSORFLOW_MODEL, PredictLoad.ONNX_MODEL)) {
        var question = ModelReadyRequest.newBuilder().setName(model).build();
        await(model + " to be served", () -> inference.modelReady(question).getReady());
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static void publish(
      RegistryClient registry, String model, Path file, ArtifactFormat format) throws Exception {
    registry.createModel(model, Task.TASK_INFER, "of the predict bench");
    var artifact = registry.artifacts().upload(file, format, (done, all) -> {});
    var version =
        registry.createVersion(
            CreateModelVersionRequest.newBuilder()
                .setModel(model)
                .setFamily("imported")
                .setArtifactSha256(artifact.getSha256())
                .build());
    await(
        model + " to be checked",
        () ->
            registry.getVersion(model, version.getVersion()).getState()
                == VersionState.VERSION_STATE_READY);
    registry.moveAlias(model, "champion", version.getVersion(), "bench");
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException("waited in vain for " + what);
      }
      Thread.sleep(100);
    }
  }

  private Figures measure(StandaloneProcess server, Path folder) throws Exception {
    Process echo =
        ChildJvm.of(EchoMain.class, List.of("-Xmx256m"), List.of(Integer.toString(ANSWER_BYTES)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String port = echo.inputReader().readLine();
      return Figures.fromJsonLine(
          ChildJvm.lastLineOf(
              ChildJvm.of(
                  PredictLoad.class,
                  List.of("-Xmx512m"),
                  List.of(
                      server.addresses().inference().toString(),
                      Long.toString(server.pid()),
                      port,
                      folder.toString(),
                      Double.toString(seconds),
                      Long.toString(seed),
                      peer == null ? "-" : peer,
                      peerModel))));
    } finally {
      echo.destroy();
    }
  }

  private static Report report(Figures figures) {
    var report = new Report("predict", figures);
    figures
        .asMap()
        .forEach((key, value) -> {
          if (!key.endsWith(MIN) && !key.endsWith(MAX)) {
            report.row(
                key.replace('_', ' '), number(value), spread(key, figures), bar(key, figures));
          }
        });
    return report;
  }

  private static String spread(String key, Figures figures) {
    OptionalDouble min = figures.get(key + MIN);
    OptionalDouble max = figures.get(key + MAX);
    return min.isPresent() && max.isPresent()
        ? "%s to %s".formatted(number(min.getAsDouble()), number(max.getAsDouble()))
        : "";
  }

  /** What is aimed at. */
  private static String bar(String key, Figures figures) {
    return switch (key) {
      case "in_process_us_p50" -> "at most 260, else the machine was busy";
      case "echo_us_p50" -> "at most 150, else the machine was busy";
      case "served_ratio_p50" -> "at most 1.2";
      case "onnx_served_ratio_p50" -> "at most 1.5";
      case "in_process_batch32_per_second" -> "at least 60,000";
      case "throughput_ratio_64" -> "at least 0.30";
      case "ms_p99_64" ->
          "at most %.2f"
              .formatted(3 * 64_000 / figures.get("forecasts_per_second_64").orElse(Double.NaN));
      case "open_loop_3x_goodput_ratio" -> "at least 0.9";
      default -> "";
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%,.0f" : "%,.3f", value);
  }
}
