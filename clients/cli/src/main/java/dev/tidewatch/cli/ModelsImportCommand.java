package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.TensorSpec;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.sdk.TidewatchException;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers a model that was made elsewhere. */
@Command(
    name = "import",
    description = {
      "Register a model that was made elsewhere: a TensorFlow SavedModel (its folder or a zip of it),"
          + " an ONNX file, XGBoost's JSON, or Tribuo's protobuf.",
      "Its inputs and outputs are read from the file. An inference server tries it with the smoke"
          + " inputs before it is ready; this command waits for that. They are written like a request"
          + " of the Open Inference Protocol: {\"inputs\": [{\"name\": \"x\", \"datatype\":"
          + " \"FP32\", \"shape\": [1, 2], \"data\": [0.5, 1]}]}."
    },
    footer = {
      "  tidewatch models import churn.onnx --model churn --smoke churn.json",
      "  tidewatch models import saved_model/ --model load-lstm --smoke one.json --alias champion",
      "  tidewatch models import trees.json --model price --untried --tag source=notebook"
    })
final class ModelsImportCommand implements Callable<Integer> {
  private static final Duration ASKED_EVERY = Duration.ofMillis(250);

  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "FILE", description = "The model.")
  private Path file;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "Name of the model; made if it is not there.")
  private String model;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "saved-model-zip, onnx, xgboost-json or tribuo-protobuf (by the file's name).")
  private @Nullable String format;

  @Option(names = "--smoke", paramLabel = "FILE", description = "Inputs that it must answer.")
  private @Nullable Path smoke;

  @Option(names = "--untried", description = "Ready at once, without smoke inputs.")
  private boolean untried;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "How long to wait for the trial (2m); 0s does not wait.")
  private String wait = "2m";

  @Option(names = "--version", paramLabel = "NUMBER", description = "Its number (the next one).")
  private String version = "";

  @Option(names = "--family", paramLabel = "NAME", description = "What it is (its format).")
  private @Nullable String family;

  @Option(names = "--alias", paramLabel = "NAME", description = "Move this alias to it when ready.")
  private @Nullable String alias;

  @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag; may be repeated.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private String description = "";

  ModelsImportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if ((smoke == null) != untried) {
      throw new UsageException("--smoke: give inputs to try it with, or --untried");
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    ArtifactFormat kind = format();
    Duration longest = session.duration("--wait", wait);
    var request =
        CreateModelVersionRequest.newBuilder()
            .setModel(model)
            .setVersion(version)
            .setFamily(family != null ? family : name(kind))
            .putAllTags(tags)
            .setDescription(description);
    if (smoke != null) {
      request.addAllSmokeInputs(SmokeFile.read(smoke));
    }
    RegistryClient registry = session.tidewatch().registry();
    ensureModel(registry);
    ModelVersion made = registry.createVersion(request.setArtifactSha256(upload(kind)).build());
    made = awaitTrial(registry, made, longest);
    if (alias != null && made.getState() == VersionState.VERSION_STATE_READY) {
      registry.moveAlias(model, alias, made.getVersion(), "imported");
      made = registry.getVersion(model, made.getVersion());
    }
    show(made);
    return made.getState() == VersionState.VERSION_STATE_FAILED ? ExitCode.FAILURE : ExitCode.OK;
  }

  private void show(ModelVersion made) {
    if (session.json()) {
      session.print(made);
      return;
    }
    switch (made.getState()) {
      case VERSION_STATE_READY ->
          session.print(
              "Imported %s %s%s."
                  .formatted(
                      model,
                      made.getVersion(),
                      made.getAliasesList().isEmpty()
                          ? ""
                          : ", now @" + String.join(", @", made.getAliasesList())));
      case VERSION_STATE_FAILED ->
          session.print(
              "%s %s failed its trial: %s"
                  .formatted(model, made.getVersion(), made.getStateReason()));
      default ->
          session.print(
              "%s %s waits for an inference server to try it.".formatted(model, made.getVersion()));
    }
    session.print("  takes " + tensors(made.getSignature().getInputsList()));
    session.print("  gives " + tensors(made.getSignature().getOutputsList()));
  }

  private static String tensors(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec ->
            "%s %s %s"
                .formatted(
                    spec.getName(),
                    spec.getDataType().name().substring("DATA_TYPE_".length()),
                    spec.getShapeList()))
        .collect(Collectors.joining(", "));
  }

  private ModelVersion awaitTrial(RegistryClient registry, ModelVersion made, Duration longest)
      throws InterruptedException {
    ModelVersion now = made;
    long deadline = System.nanoTime() + longest.toNanos();
    while (now.getState() == VersionState.VERSION_STATE_PENDING && System.nanoTime() < deadline) {
      Thread.sleep(ASKED_EVERY);
      now = registry.getVersion(model, made.getVersion());
    }
    return now;
  }

  private void ensureModel(RegistryClient registry) {
    try {
      var _ = registry.getModel(model);
    } catch (TidewatchException e) {
      if (e.code() != Status.Code.NOT_FOUND) {
        throw e;
      }
      var _ = registry.createModel(model, Task.TASK_INFER, description);
    }
  }

  private ArtifactFormat format() {
    String wanted = format;
    if (wanted == null) {
      String name = file.toString().toLowerCase(Locale.ROOT);
      if (Files.isDirectory(file) || name.endsWith(".zip")) {
        wanted = "saved-model-zip";
      } else if (name.endsWith(".onnx")) {
        wanted = "onnx";
      } else if (name.endsWith(".json")) {
        wanted = "xgboost-json";
      } else if (name.endsWith(".pb") || name.endsWith(".tribuo")) {
        wanted = "tribuo-protobuf";
      } else {
        throw new UsageException("--format: the name of " + file + " does not tell; say it");
      }
    }
    ArtifactFormat kind =
        VersionFilterOptions.constant(
            "--format", "ARTIFACT_FORMAT_", wanted, ArtifactFormat.values());
    if (kind == ArtifactFormat.ARTIFACT_FORMAT_BUNDLE) {
      throw new UsageException("--format: bundles are registered by 'models upload'");
    }
    return kind;
  }

  private static String name(ArtifactFormat kind) {
    return kind.name()
        .substring("ARTIFACT_FORMAT_".length())
        .toLowerCase(Locale.ROOT)
        .replace('_', '-');
  }

  private String upload(ArtifactFormat kind) throws IOException, InterruptedException {
    if (!Files.isDirectory(file)) {
      return upload(file, kind);
    }
    Path zip = Files.createTempFile("tidewatch-import-", ".zip");
    try {
      zip(file, zip);
      return upload(zip, kind);
    } finally {
      Files.deleteIfExists(zip);
    }
  }

  private String upload(Path content, ArtifactFormat kind)
      throws IOException, InterruptedException {
    try (Progress progress =
        session.progress(String.valueOf(file.getFileName()), "B", Files.size(content))) {
      return session
          .tidewatch()
          .registry()
          .artifacts()
          .upload(content, kind, (done, total) -> progress.at(done))
          .getSha256();
    }
  }

  /** In the order of names and without times, so that the same folder gives the same digest. */
  private static void zip(Path folder, Path into) throws IOException {
    try (Stream<Path> files = Files.walk(folder);
        ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(into))) {
      for (Path path : files.filter(Files::isRegularFile).sorted().toList()) {
        ZipEntry entry = new ZipEntry(folder.relativize(path).toString().replace('\\', '/'));
        entry.setTime(0);
        zip.putNextEntry(entry);
        Files.copy(path, zip);
        zip.closeEntry();
      }
    }
  }
}
