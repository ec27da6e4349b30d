package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.registry.v1.CreateModelRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetModelRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.Lineage;
import dev.tidewatch.proto.registry.v1.ListAliasesRequest;
import dev.tidewatch.proto.registry.v1.ListModelsRequest;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.ProposeNextVersionRequest;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.UpdateModelRequest;
import dev.tidewatch.registry.RunningRegistry;
import dev.tidewatch.serverkit.testing.Refusal;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Models and their versions over gRPC. */
class ModelEndpointTest extends RegistryOverGrpc {
  @Test
  void aModelIsMadeOnceAndChangedByEtag() {
    var request =
        CreateModelRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel("grid-load")
            .setTask(Task.TASK_FORECAST)
            .putTags("site", "north")
            .putTags("unit", "MW")
            .build();
    var made = registry.models().createModel(request).getModel();
    assertThat(made.getCreatedBy()).isEqualTo("anonymous");
    assertThat(registry.models().createModel(request).getModel()).isEqualTo(made);
    Refusal.of(() ->
            registry.models().createModel(request.toBuilder().setRequestId("another").build()))
        .is("ALREADY_EXISTS", "MODEL_EXISTS")
        .says("grid-load");
    Refusal.of(() -> registry.models().createModel(request.toBuilder().setModel("other").build()))
        .is("ALREADY_EXISTS", "REQUEST_ID_REUSED");

    var changed =
        registry
            .models()
            .updateModel(
                UpdateModelRequest.newBuilder()
                    .setModel("grid-load")
                    .setEtag(made.getEtag())
                    .setDescription("day ahead")
                    .setArchived(true)
                    .build())
            .getModel();
    assertThat(changed.getTagsMap()).isEqualTo(made.getTagsMap());
    assertThat(changed.getDescription()).isEqualTo("day ahead");
    Refusal.of(() ->
            registry
                .models()
                .updateModel(
                    UpdateModelRequest.newBuilder()
                        .setModel("grid-load")
                        .setEtag(made.getEtag())
                        .setArchived(false)
                        .build()))
        .is("ABORTED", "ETAG_STALE")
        .says("etag");
    Refusal.of(() -> registry.version("grid-load")).is("FAILED_PRECONDITION", "MODEL_ARCHIVED");
  }

  @Test
  void refusalsOfModelsNameTheField() {
    refusedModel(CreateModelRequest.newBuilder()).says("model");
    refusedModel(CreateModelRequest.newBuilder().setModel("m")).says("task");
    refusedModel(
            CreateModelRequest.newBuilder()
                .setModel("m")
                .setTask(Task.TASK_DETECT)
                .setDescription("a\0b"))
        .says("description");
    refusedModel(
            CreateModelRequest.newBuilder()
                .setModel("m")
                .setTask(Task.TASK_DETECT)
                .setDescription("x".repeat(4097)))
        .says("description");
    Refusal.of(
            () -> registry.models().getModel(GetModelRequest.newBuilder().setModel("no").build()))
        .is("NOT_FOUND", "MODEL_UNKNOWN")
        .says("no");
    Refusal.of(() ->
            registry
                .models()
                .proposeNextVersion(ProposeNextVersionRequest.newBuilder().setModel("no").build()))
        .is("NOT_FOUND", "MODEL_UNKNOWN");
    Refusal.of(() ->
            registry.models().listModels(ListModelsRequest.newBuilder().setPageSize(-1).build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("page_size");
    Refusal.of(() ->
            registry
                .models()
                .listModels(ListModelsRequest.newBuilder().setPageToken("AAAA").build()))
        .is("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")
        .says("page_token");
  }

  @Test
  void pagesOfModelsMissNoneAndTokensStayWithTheirRpc() {
    for (int i = 0; i < 7; i++) {
      registry.model("m" + i);
    }
    var names = new ArrayList<String>();
    String token = "";
    do {
      var page =
          registry
              .models()
              .listModels(
                  ListModelsRequest.newBuilder().setPageSize(3).setPageToken(token).build());
      page.getModelsList().forEach(model -> names.add(model.getModel()));
      token = page.getNextPageToken();
      if (!token.isEmpty()) {
        String foreign = token;
        Refusal.of(() ->
                registry
                    .aliases()
                    .listAliases(ListAliasesRequest.newBuilder().setPageToken(foreign).build()))
            .is("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID");
      }
    } while (!token.isEmpty());
    assertThat(names).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6");
  }

  @Test
  void aVersionIsWhatWasSaidAndNothingChangesIt() {
    registry.model("load");
    var artifact = registry.upload(new byte[] {1, 2, 3});
    var request =
        CreateModelVersionRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel("load")
            .setArtifactSha256(artifact.getSha256())
            .setFamily("seasonal-naive")
            .setSignature(ModelSignature.newBuilder().setHorizonSteps(24).addQuantiles(0.9))
            .putMetrics("mase", 0.84)
            .build();
    var made = registry.models().createModelVersion(request).getModelVersion();
    assertThat(made.getVersion()).isEqualTo("1.0.0");
    assertThat(made.getSignature()).isEqualTo(request.getSignature());
    assertThat(made.getMetricsMap()).isEqualTo(request.getMetricsMap());
    assertThat(registry.models().createModelVersion(request).getModelVersion()).isEqualTo(made);
    Refusal.of(() ->
            registry
                .models()
                .createModelVersion(
                    request.toBuilder().setRequestId("").setVersion("1.0.0").build()))
        .is("ALREADY_EXISTS", "VERSION_EXISTS")
        .says("1.0.0");
    assertThat(version(GetModelVersionRequest.newBuilder().setModel("load"))).isEqualTo(made);
  }

  @Test
  void refusalsOfVersionsNameTheField() {
    registry.model("load");
    var artifact = registry.upload(new byte[] {1, 2, 3});
    var good =
        CreateModelVersionRequest.newBuilder()
            .setModel("load")
            .setArtifactSha256(artifact.getSha256())
            .setFamily("seasonal-naive")
            .setSignature(ModelSignature.getDefaultInstance());
    refusedVersion(good.clone().setVersion("1.0")).says("version");
    refusedVersion(good.clone().setArtifactSha256("abc")).says("artifact_sha256");
    refusedVersion(good.clone().setFamily("")).says("family");
    refusedVersion(good.clone().clearSignature()).says("signature");
    refusedVersion(good.clone().putTags("", "x")).says("tags");
    refusedVersion(good.clone().setLineage(Lineage.newBuilder().setRunId("run-1")))
        .says("lineage.run_id");
    Refusal.of(() ->
            registry
                .models()
                .createModelVersion(good.clone().putMetrics("mase", Double.NaN).build()))
        .is("INVALID_ARGUMENT", "VALUE_NOT_FINITE")
        .says("metrics[mase]");
    Refusal.of(() ->
            registry
                .models()
                .createModelVersion(
                    good.clone().setArtifactSha256(RunningRegistry.sha256(new byte[] {9})).build()))
        .is("FAILED_PRECONDITION", "ARTIFACT_UNKNOWN")
        .says("artifact_sha256");
    Refusal.of(() -> registry.models().createModelVersion(good.clone().setModel("no").build()))
        .is("NOT_FOUND", "MODEL_UNKNOWN");
    Refusal.of(
            () -> version(GetModelVersionRequest.newBuilder().setModel("load").setVersion("9.9.9")))
        .is("NOT_FOUND", "VERSION_UNKNOWN");
    Refusal.of(() -> version(GetModelVersionRequest.newBuilder().setModel("load")))
        .is("NOT_FOUND", "VERSION_UNKNOWN");
    Refusal.of(() ->
            version(GetModelVersionRequest.newBuilder().setModel("load").setAlias("champion")))
        .is("NOT_FOUND", "ALIAS_UNKNOWN");
  }

  private ModelVersion version(GetModelVersionRequest.Builder request) {
    return registry.models().getModelVersion(request.build()).getModelVersion();
  }

  private Refusal refusedModel(CreateModelRequest.Builder request) {
    return Refusal.of(() -> registry.models().createModel(request.build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID");
  }

  private Refusal refusedVersion(CreateModelVersionRequest.Builder request) {
    return Refusal.of(() -> registry.models().createModelVersion(request.build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID");
  }
}
