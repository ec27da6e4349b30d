package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.DataType;
import dev.tidewatch.proto.registry.v1.GetSmokeInputsRequest;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.ReportVersionCheckRequest;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.Tensor;
import dev.tidewatch.proto.registry.v1.TensorSpec;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.registry.RunningRegistry;
import dev.tidewatch.serverkit.testing.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models made elsewhere: their signature is read, and they are ready once tried. */
class ImportedModelsTest extends RegistryOverGrpc {
  @BeforeEach
  void fill() {
    var _ =
        registry
            .models()
            .createModel(
                CreateModelRequest.newBuilder().setModel("trees").setTask(Task.TASK_INFER).build());
  }

  @Test
  void aVersionWithSmokeInputsIsReadyOnceAServerHasTriedIt() throws IOException {
    ModelVersion made = registry.models().createModelVersion(trees().build()).getModelVersion();
    assertThat(made.getState()).isEqualTo(VersionState.VERSION_STATE_PENDING);
    assertThat(made.getSignature().getInputs(0))
        .isEqualTo(spec("features", DataType.DATA_TYPE_FP32, -1, 4));
    assertThat(made.getSignature().getOutputs(0))
        .isEqualTo(spec("prediction", DataType.DATA_TYPE_FP32, -1, 3));
    assertThat(
            registry
                .models()
                .getSmokeInputs(
                    GetSmokeInputsRequest.newBuilder()
                        .setModel("trees")
                        .setVersion("1.0.0")
                        .build())
                .getSmokeInputsList())
        .containsExactly(features(4));
    Refusal.of(() -> move("1.0.0")).is("FAILED_PRECONDITION", "VERSION_NOT_READY");

    Refusal.of(() -> registry.models().reportVersionCheck(report("1.0.0", false, "")))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("reason");
    var request = report("1.0.0", true, "");
    var ready = registry.models().reportVersionCheck(request).getModelVersion();
    assertThat(ready.getState()).isEqualTo(VersionState.VERSION_STATE_READY);
    assertThat(ready.getRevision()).isGreaterThan(made.getRevision());
    assertThat(registry.models().reportVersionCheck(request).getModelVersion()).isEqualTo(ready);
    move("1.0.0");
    Refusal.of(() -> registry.models().reportVersionCheck(report("1.0.0", false, "late")))
        .is("FAILED_PRECONDITION", "VERSION_NOT_PENDING");

    var _ = registry.models().createModelVersion(trees().build());
    var failed =
        registry
            .models()
            .reportVersionCheck(report("1.1.0", false, "no such operation"))
            .getModelVersion();
    assertThat(failed.getState()).isEqualTo(VersionState.VERSION_STATE_FAILED);
    assertThat(failed.getStateReason()).isEqualTo("no such operation");
    Refusal.of(() -> move("1.1.0")).is("FAILED_PRECONDITION", "VERSION_NOT_READY");
  }

  @Test
  void smokeInputsMustSuitTheSignature() throws IOException {
    var sound = trees();
    refused(sound.clone().setSmokeInputs(0, features(3)), "smoke_inputs[0]");
    refused(
        sound.clone().setSmokeInputs(0, features(4).toBuilder().setName("window")),
        "smoke_inputs[0].name");
    refused(
        sound.clone().setSmokeInputs(0, features(4).toBuilder().clearRawContents()),
        "smoke_inputs[0].raw_contents");
    refused(sound.clone().addSmokeInputs(features(4)), "smoke_inputs[1].name");
  }

  @Test
  void aSignatureThatIsNotTheFilesIsRefused() throws IOException {
    var wrong =
        trees()
            .clearSmokeInputs()
            .setSignature(
                ModelSignature.newBuilder()
                    .addInputs(spec("features", DataType.DATA_TYPE_FP32, -1, 5))
                    .addOutputs(spec("prediction", DataType.DATA_TYPE_FP32, -1, 3)));
    refused(wrong, "signature");
    var artifact =
        upload(
            "no JSON".getBytes(StandardCharsets.UTF_8),
            ArtifactFormat.ARTIFACT_FORMAT_XGBOOST_JSON);
    Refusal.of(() ->
            registry
                .models()
                .createModelVersion(
                    trees().setArtifactSha256(artifact.getSha256()).clearSmokeInputs().build()))
        .is("FAILED_PRECONDITION", "ARTIFACT_UNREADABLE")
        .says("XGBOOST_JSON");
  }

  @Test
  void callersOfAnAliasAreNotMovedToAnotherSignature() throws IOException {
    var _ = registry.models().createModelVersion(trees().clearSmokeInputs().build());
    move("1.0.0");
    Artifact onnx = upload(resource("simple_string.onnx"), ArtifactFormat.ARTIFACT_FORMAT_ONNX);
    var other =
        CreateModelVersionRequest.newBuilder()
            .setModel("trees")
            .setFamily("onnx")
            .setArtifactSha256(onnx.getSha256());
    var _ = registry.models().createModelVersion(other.build());
    Refusal.of(() -> move("1.1.0"))
        .is("FAILED_PRECONDITION", "SIGNATURE_CHANGED")
        .says("no input 'features'");
    var forced =
        registry
            .aliases()
            .moveAliases(
                MoveAliasesRequest.newBuilder()
                    .addMoves(champion("1.1.0"))
                    .setForce(true)
                    .setReason("callers were told")
                    .build());
    assertThat(forced.getAliases(0).getVersion()).isEqualTo("1.1.0");
    var _ =
        registry
            .models()
            .createModelVersion(trees().clearSmokeInputs().setVersion("2.0.0").build());
    move("2.0.0");
  }

  private void refused(CreateModelVersionRequest.Builder request, String field) {
    Refusal.of(() -> registry.models().createModelVersion(request.build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says(field);
  }

  private void move(String version) {
    var _ =
        registry
            .aliases()
            .moveAliases(MoveAliasesRequest.newBuilder().addMoves(champion(version)).build());
  }

  private static AliasMove champion(String version) {
    return AliasMove.newBuilder()
        .setModel("trees")
        .setAlias("champion")
        .setVersion(version)
        .build();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ImportedModelsTest.class.getResourceAsStream("/signatures/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static ReportVersionCheckRequest report(String version, boolean passed, String reason) {
    return ReportVersionCheckRequest.newBuilder()
        .setRequestId(version + passed + reason)
        .setModel("trees")
        .setVersion(version)
        .setPassed(passed)
        .setReason(reason)
        .setServer("inference-1")
        .build();
  }

  private CreateModelVersionRequest.Builder trees() throws IOException {
    byte[] file = resource("trees.json");
    return CreateModelVersionRequest.newBuilder()
        .setModel("trees")
        .setArtifactSha256(upload(file, ArtifactFormat.ARTIFACT_FORMAT_XGBOOST_JSON).getSha256())
        .setFamily("xgboost")
        .addSmokeInputs(features(4));
  }

  private Artifact upload(byte[] bytes, ArtifactFormat format) {
    CompletableFuture<UploadArtifactResponse> answer = new CompletableFuture<>();
    var stream = registry.uploads().uploadArtifact(RunningRegistry.into(answer));
    UploadArtifactRequest start = RunningRegistry.start(UUID.randomUUID(), bytes);
    stream.onNext(
        start.toBuilder().setStart(start.getStart().toBuilder().setFormat(format)).build());
    stream.onNext(RunningRegistry.chunk(bytes, 0, bytes.length));
    stream.onCompleted();
    return answer.orTimeout(60, TimeUnit.SECONDS).join().getArtifact();
  }

  private static Tensor features(int width) {
    return Tensor.newBuilder()
        .setName("features")
        .setDataType(DataType.DATA_TYPE_FP32)
        .addAllShape(List.of(1L, (long) width))
        .setRawContents(ByteString.copyFrom(new byte[4 * width]))
        .build();
  }

  private static TensorSpec spec(String name, DataType type, long... shape) {
    var spec = TensorSpec.newBuilder().setName(name).setDataType(type);
    for (long size : shape) {
      spec.addShape(size);
    }
    return spec.build();
  }
}
