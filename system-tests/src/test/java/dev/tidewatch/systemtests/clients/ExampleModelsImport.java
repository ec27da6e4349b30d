package dev.tidewatch.systemtests.clients;

import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.ModelReadyRequest;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.sdk.TransferProgress;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Puts the models of clients/oip/models into a registry, as champions under their files' names. */
final class ExampleModelsImport {
  private ExampleModelsImport() {}

  /** Returns when all of them answer. */
  static void into(SharedStandalone standalone) throws Exception {
    RegistryClient registry = standalone.client().registry();
    List<Path> files = files();
    for (Path file : files) {
      String model = name(file);
      registry.createModel(model, Task.TASK_INFER, "An example of clients/oip");
      var artifact =
          registry
              .artifacts()
              .upload(file, ArtifactFormat.ARTIFACT_FORMAT_ONNX, TransferProgress.SILENT);
      ModelVersion version =
          registry.createVersion(
              CreateModelVersionRequest.newBuilder()
                  .setModel(model)
                  .setArtifactSha256(artifact.getSha256())
                  .setFamily("onnx")
                  .build());
      var _ =
          Eventually.get(
              model + " is ready",
              () -> registry.getVersion(model, version.getVersion()).getState(),
              VersionState.VERSION_STATE_READY::equals);
      registry.moveAlias(model, "champion", version.getVersion(), "an example");
    }
    var channel =
        Grpc.newChannelBuilder(
                standalone.addresses().inference().toString(), InsecureChannelCredentials.create())
            .build();
    try {
      var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
      for (Path file : files) {
        var request = ModelReadyRequest.newBuilder().setName(name(file)).build();
        var _ =
            Eventually.get(
                name(file) + " answers",
                () -> stub.withDeadlineAfter(10, TimeUnit.SECONDS).modelReady(request).getReady(),
                Boolean.TRUE::equals);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(ClientProcess.root().resolve("clients/oip/models"))) {
      return files.sorted().toList();
    }
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ".onnx".length());
  }
}
