package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.tidewatch.proto.registry.v1.AliasExpectation;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.CreateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.CreateModelRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.CreateRunRequest;
import dev.tidewatch.proto.registry.v1.DeleteAssignmentRequest;
import dev.tidewatch.proto.registry.v1.FinishRunRequest;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryRequest;
import dev.tidewatch.proto.registry.v1.GetAliasRequest;
import dev.tidewatch.proto.registry.v1.GetAssignmentRequest;
import dev.tidewatch.proto.registry.v1.GetLiveVersionRequest;
import dev.tidewatch.proto.registry.v1.GetModelRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetRoutingRequest;
import dev.tidewatch.proto.registry.v1.GetRunRequest;
import dev.tidewatch.proto.registry.v1.Lineage;
import dev.tidewatch.proto.registry.v1.ListAliasesRequest;
import dev.tidewatch.proto.registry.v1.ListModelsRequest;
import dev.tidewatch.proto.registry.v1.ListRunsRequest;
import dev.tidewatch.proto.registry.v1.LogRunMetricsRequest;
import dev.tidewatch.proto.registry.v1.MetricPoint;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesResponse;
import dev.tidewatch.proto.registry.v1.ProposeNextVersionRequest;
import dev.tidewatch.proto.registry.v1.ResolveAssignmentsRequest;
import dev.tidewatch.proto.registry.v1.RoleBinding;
import dev.tidewatch.proto.registry.v1.RollBackAliasRequest;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.StandingSchedule;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.UpdateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.UpdateModelRequest;
import dev.tidewatch.registry.Refusal;
import dev.tidewatch.registry.RunningRegistry;
import dev.tidewatch.registry.SettableClock;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models, versions, aliases, assignments and runs, over gRPC. */
class RegistryEndpointsTest {
  @TempDir Path folder;
  private final SettableClock clock = new SettableClock("2026-03-01T00:00:00Z");
  private TestDatabase database;
  private RunningRegistry registry;

  @BeforeEach
  void start() {
    database = TestDatabase.plain("registry", "db/migration/registry");
    registry = RunningRegistry.start(database, folder, clock, Map.of());
  }

  @AfterEach
  void stop() {
    registry.close();
    database.close();
  }

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
    Refusal.of(() -> registry.models().createModel(CreateModelRequest.getDefaultInstance()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("model");
    Refusal.of(() ->
            registry.models().createModel(CreateModelRequest.newBuilder().setModel("m").build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("task");
    Refusal.of(() ->
            registry
                .models()
                .createModel(
                    CreateModelRequest.newBuilder()
                        .setModel("m")
                        .setTask(Task.TASK_DETECT)
                        .setDescription("a\0b")
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("description");
    Refusal.of(() ->
            registry
                .models()
                .createModel(
                    CreateModelRequest.newBuilder()
                        .setModel("m")
                        .setTask(Task.TASK_DETECT)
                        .setDescription("x".repeat(4097))
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
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
    assertThat(
            registry
                .models()
                .getModelVersion(GetModelVersionRequest.newBuilder().setModel("load").build())
                .getModelVersion())
        .isEqualTo(made);
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
    Refusal.of(() ->
            registry
                .models()
                .getModelVersion(
                    GetModelVersionRequest.newBuilder()
                        .setModel("load")
                        .setVersion("9.9.9")
                        .build()))
        .is("NOT_FOUND", "VERSION_UNKNOWN");
    Refusal.of(() ->
            registry
                .models()
                .getModelVersion(GetModelVersionRequest.newBuilder().setModel("load").build()))
        .is("NOT_FOUND", "VERSION_UNKNOWN");
    Refusal.of(() ->
            registry
                .models()
                .getModelVersion(
                    GetModelVersionRequest.newBuilder()
                        .setModel("load")
                        .setAlias("champion")
                        .build()))
        .is("NOT_FOUND", "ALIAS_UNKNOWN");
  }

  private Refusal refusedVersion(CreateModelVersionRequest.Builder request) {
    return Refusal.of(() -> registry.models().createModelVersion(request.build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID");
  }

  @Test
  void aliasesMoveByCompareAndSetAndBack() {
    registry.model("load");
    String one = registry.version("load").getVersion();
    String two = registry.version("load").getVersion();
    var first = move(expecting("champion", one, "")).getAliases(0);
    Refusal.of(() -> move(expecting("champion", two, "")))
        .is("ABORTED", "ALIAS_MOVED")
        .says("moves[0]");
    clock.set("2026-03-02T00:00:00Z");
    var request =
        MoveAliasesRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .addMoves(expecting("champion", two, one))
            .addRoutings(Routing.newBuilder().setModel("load").setCanaryBasisPoints(250))
            .setReason("better")
            .build();
    var moved = registry.aliases().moveAliases(request);
    assertThat(registry.aliases().moveAliases(request)).isEqualTo(moved);
    assertThat(moved.getRoutings(0).getRevision()).isEqualTo(moved.getRevision());
    assertThat(
            registry
                .aliases()
                .getRouting(GetRoutingRequest.newBuilder().setModel("load").build())
                .getRouting()
                .getCanaryBasisPoints())
        .isEqualTo(250);
    assertThat(live("2026-03-01T12:00:00Z")).isEqualTo(one);
    assertThat(live("2026-03-02T12:00:00Z")).isEqualTo(two);

    clock.set("2026-03-03T00:00:00Z");
    var back =
        registry
            .aliases()
            .rollBackAlias(
                RollBackAliasRequest.newBuilder().setModel("load").setAlias("champion").build());
    assertThat(back.getRolledBackVersion()).isEqualTo(two);
    assertThat(back.getAlias().getVersion()).isEqualTo(one);
    var history =
        registry
            .aliases()
            .getAliasHistory(
                GetAliasHistoryRequest.newBuilder().setModel("load").setAlias("champion").build())
            .getMovesList();
    assertThat(history).hasSize(3);
    assertThat(history.getFirst().getRollback()).isTrue();
    assertThat(history.get(1).getReason()).isEqualTo("better");
    assertThat(history.getLast().getRevision()).isEqualTo(first.getRevision());
  }

  @Test
  void refusalsOfAliasesNameTheField() {
    registry.model("load");
    String one = registry.version("load").getVersion();
    Refusal.of(() -> registry.aliases().moveAliases(MoveAliasesRequest.getDefaultInstance()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("moves");
    Refusal.of(() -> move(expecting("Champion", one, "")))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("alias");
    Refusal.of(() -> move(expecting("champion", "one", "")))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("moves[0].version");
    Refusal.of(() -> move(expecting("champion", "7.7.7", "")))
        .is("NOT_FOUND", "VERSION_UNKNOWN")
        .says("7.7.7");
    Refusal.of(() -> move(expecting("champion", one, ""), expecting("champion", one, "")))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("moves[1]");
    Refusal.of(() ->
            registry
                .aliases()
                .moveAliases(
                    MoveAliasesRequest.newBuilder()
                        .addMoves(expecting("champion", one, ""))
                        .setForce(true)
                        .build()))
        .is("INVALID_ARGUMENT", "REASON_MISSING")
        .says("reason");
    Refusal.of(() ->
            registry
                .aliases()
                .moveAliases(
                    MoveAliasesRequest.newBuilder()
                        .addRoutings(
                            Routing.newBuilder()
                                .setModel("load")
                                .setCanaryBasisPoints(10)
                                .setRevision(4711))
                        .build()))
        .is("ABORTED", "ROUTING_CHANGED")
        .says("routings[0].revision");
    Refusal.of(() ->
            registry
                .aliases()
                .getAlias(GetAliasRequest.newBuilder().setModel("load").setAlias("nobody").build()))
        .is("NOT_FOUND", "ALIAS_UNKNOWN");
    Refusal.of(() ->
            registry
                .aliases()
                .rollBackAlias(
                    RollBackAliasRequest.newBuilder().setModel("load").setAlias("nobody").build()))
        .is("NOT_FOUND", "ALIAS_UNKNOWN");
    move(expecting("champion", one, ""));
    Refusal.of(() ->
            registry
                .aliases()
                .rollBackAlias(
                    RollBackAliasRequest.newBuilder()
                        .setModel("load")
                        .setAlias("champion")
                        .build()))
        .is("FAILED_PRECONDITION", "NO_EARLIER_VERSION");
    Refusal.of(() ->
            registry
                .aliases()
                .getLiveVersion(
                    GetLiveVersionRequest.newBuilder()
                        .setModel("load")
                        .setAlias("champion")
                        .setAt(Timestamp.newBuilder().setNanos(1))
                        .build()))
        .is("INVALID_ARGUMENT", "TIME_TOO_FINE")
        .says("at");
    Refusal.of(() ->
            registry
                .aliases()
                .getLiveVersion(
                    GetLiveVersionRequest.newBuilder()
                        .setModel("load")
                        .setAlias("champion")
                        .setAt(Timestamp.newBuilder().setSeconds(400_000_000_000L))
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("at");
  }

  @Test
  void anAssignmentIsKeptWhole() {
    registry.model("load");
    var wanted =
        assignment(
                "campus", SeriesSelector.newBuilder().setPrefix("campus").putLabels("unit", "kW"))
            .setAlias("canary")
            .setParameters(
                Struct.newBuilder()
                    .putFields("threshold", Value.newBuilder().setNumberValue(4.5).build())
                    .putFields("season", Value.newBuilder().setStringValue("weekly").build()))
            .setSchedule(
                StandingSchedule.newBuilder()
                    .setEverySteps(4)
                    .setOffsetSteps(1)
                    .setHorizonSteps(24))
            .addBindings(
                RoleBinding.newBuilder()
                    .setRole("outdoor_temperature")
                    .setSeries("{parent}/outdoor_temperature"))
            .setDescription("all meters")
            .build();
    var made = create(wanted);
    assertThat(
            made.toBuilder()
                .clearEtag()
                .clearRevision()
                .clearCreatedAt()
                .clearUpdatedAt()
                .clearUpdatedBy()
                .build())
        .isEqualTo(wanted);
    var changed =
        registry
            .assignments()
            .updateAssignment(
                UpdateAssignmentRequest.newBuilder()
                    .setAssignment(made.toBuilder().setDisabled(true).setVersion("1.0.0"))
                    .build())
            .getAssignment();
    assertThat(changed.getDisabled()).isTrue();
    assertThat(changed.hasAlias()).isFalse();
    Refusal.of(() ->
            registry
                .assignments()
                .updateAssignment(UpdateAssignmentRequest.newBuilder().setAssignment(made).build()))
        .is("ABORTED", "ETAG_STALE");
    Refusal.of(() ->
            registry
                .assignments()
                .deleteAssignment(
                    DeleteAssignmentRequest.newBuilder()
                        .setAssignment("campus")
                        .setEtag(made.getEtag())
                        .build()))
        .is("ABORTED", "ETAG_STALE");
    var _ =
        registry
            .assignments()
            .deleteAssignment(DeleteAssignmentRequest.newBuilder().setAssignment("campus").build());
    Refusal.of(() ->
            registry
                .assignments()
                .getAssignment(GetAssignmentRequest.newBuilder().setAssignment("campus").build()))
        .is("NOT_FOUND", "ASSIGNMENT_UNKNOWN");
  }

  @Test
  void tiesAreRefusedAndTheMostSpecificCounts() {
    registry.model("load");
    create(assignment("wide", SeriesSelector.newBuilder().setPrefix("campus")).build());
    create(assignment("narrow", SeriesSelector.newBuilder().setPrefix("campus/a")).build());
    create(assignment("one", SeriesSelector.newBuilder().setExact("campus/a/meter")).build());
    create(
        assignment("beside", SeriesSelector.newBuilder().setPrefix("campus"))
            .setSlot("second")
            .build());
    Refusal.of(() ->
            create(assignment("tie", SeriesSelector.newBuilder().setPrefix("campus")).build()))
        .is("FAILED_PRECONDITION", "ASSIGNMENT_TIE")
        .says("wide");
    assertThat(resolved("campus/a/meter")).containsExactly("one", "beside");
    assertThat(resolved("campus/a/co2")).containsExactly("narrow", "beside");
    assertThat(resolved("campus/b/co2")).containsExactly("wide", "beside");
    assertThat(resolved("elsewhere")).isEmpty();
  }

  @Test
  void refusalsOfAssignmentsNameTheField() {
    registry.model("load");
    var anywhere = SeriesSelector.newBuilder().setPrefix("a");
    refused(assignment("a", SeriesSelector.newBuilder())).says("assignment.selector");
    refused(assignment("a", SeriesSelector.newBuilder().setExact("a//b")))
        .says("assignment.selector.exact");
    refused(assignment("a", SeriesSelector.newBuilder().setExact("a").setPrefix("b")))
        .says("assignment.selector");
    refused(assignment("", anywhere)).says("assignment");
    refused(assignment("a", anywhere).setTask(Task.TASK_INFER)).says("assignment.task");
    refused(assignment("a", anywhere).setVersion("x")).says("assignment.version");
    refused(
            assignment("a", anywhere)
                .setSchedule(StandingSchedule.newBuilder().setEverySteps(2).setOffsetSteps(2)))
        .says("assignment.schedule");
    refused(
            assignment("a", anywhere)
                .addBindings(RoleBinding.newBuilder().setRole("r").setSeries("{parent}//x")))
        .says("assignment.bindings[0]");
    refused(
            assignment("a", anywhere)
                .setParameters(
                    Struct.newBuilder()
                        .putFields(
                            "x", Value.newBuilder().setStringValue("y".repeat(20_000)).build())))
        .says("assignment.parameters");
    refused(
            assignment("a", anywhere)
                .setParameters(
                    Struct.newBuilder()
                        .putFields("x", Value.newBuilder().setNumberValue(Double.NaN).build())))
        .says("assignment.parameters");
    Refusal.of(() -> create(assignment("a", anywhere).setTask(Task.TASK_DETECT).build()))
        .is("FAILED_PRECONDITION", "TASK_MISMATCH")
        .says("task");
    Refusal.of(() -> create(assignment("a", anywhere).setModel("no").build()))
        .is("NOT_FOUND", "MODEL_UNKNOWN");
    create(assignment("a", anywhere).build());
    Refusal.of(() -> create(assignment("a", anywhere).build()))
        .is("ALREADY_EXISTS", "ASSIGNMENT_EXISTS");
    Refusal.of(() ->
            registry
                .assignments()
                .updateAssignment(
                    UpdateAssignmentRequest.newBuilder()
                        .setAssignment(assignment("a", anywhere))
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("assignment.etag");
    Refusal.of(() ->
            registry
                .assignments()
                .resolveAssignments(
                    ResolveAssignmentsRequest.newBuilder().setSeries("a b").build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("series");
  }

  @Test
  void aRunIsFollowedToItsEnd() {
    registry.model("load");
    var request =
        CreateRunRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel("load")
            .setTitle("first")
            .putParameters("window", "168")
            .build();
    var run = registry.runs().createRun(request).getRun();
    assertThat(registry.runs().createRun(request).getRun()).isEqualTo(run);
    assertThat(
            registry
                .runs()
                .logRunMetrics(
                    LogRunMetricsRequest.newBuilder()
                        .setRunId(run.getRunId())
                        .addPoints(point("loss", 0, 2))
                        .addPoints(point("loss", 1, 1))
                        .build())
                .getPoints())
        .isEqualTo(2);
    var ended =
        registry
            .runs()
            .finishRun(
                FinishRunRequest.newBuilder()
                    .setRunId(run.getRunId())
                    .setStatus(RunStatus.RUN_STATUS_SUCCEEDED)
                    .putSummary("mase", 0.8)
                    .build())
            .getRun();
    assertThat(ended.getSummaryMap()).isEqualTo(Map.of("loss", 1.0, "mase", 0.8));
    assertThat(
            registry
                .runs()
                .listRuns(ListRunsRequest.newBuilder().setModel("load").build())
                .getRunsList())
        .containsExactly(ended);

    Refusal.of(() ->
            registry
                .runs()
                .logRunMetrics(
                    LogRunMetricsRequest.newBuilder()
                        .setRunId(run.getRunId())
                        .addPoints(point("loss", 2, 1))
                        .build()))
        .is("FAILED_PRECONDITION", "RUN_FINISHED");
    Refusal.of(() ->
            registry
                .runs()
                .logRunMetrics(
                    LogRunMetricsRequest.newBuilder()
                        .setRunId(run.getRunId())
                        .addPoints(point("loss", 0, 1))
                        .addPoints(point("loss", 2, Double.POSITIVE_INFINITY))
                        .build()))
        .is("INVALID_ARGUMENT", "VALUE_NOT_FINITE")
        .says("points[1].value");
    Refusal.of(() ->
            registry
                .runs()
                .logRunMetrics(
                    LogRunMetricsRequest.newBuilder()
                        .setRunId(run.getRunId())
                        .addPoints(point("loss", -1, 1))
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("points[0]");
    Refusal.of(() ->
            registry
                .runs()
                .finishRun(
                    FinishRunRequest.newBuilder()
                        .setRunId(run.getRunId())
                        .setStatus(RunStatus.RUN_STATUS_RUNNING)
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("status");
    Refusal.of(() ->
            registry
                .runs()
                .getRun(GetRunRequest.newBuilder().setRunId(UUID.randomUUID().toString()).build()))
        .is("NOT_FOUND", "RUN_UNKNOWN");
    Refusal.of(() -> registry.runs().getRun(GetRunRequest.newBuilder().setRunId("first").build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("run_id");
    Refusal.of(
            () -> registry.runs().createRun(CreateRunRequest.newBuilder().setModel("no").build()))
        .is("NOT_FOUND", "MODEL_UNKNOWN");
  }

  private static MetricPoint point(String metric, long step, double value) {
    return MetricPoint.newBuilder().setMetric(metric).setStep(step).setValue(value).build();
  }

  private MoveAliasesResponse move(AliasMove.Builder... moves) {
    var request = MoveAliasesRequest.newBuilder();
    for (AliasMove.Builder move : moves) {
      request.addMoves(move);
    }
    return registry.aliases().moveAliases(request.build());
  }

  private static AliasMove.Builder expecting(String alias, String to, String expected) {
    return AliasMove.newBuilder()
        .setModel("load")
        .setAlias(alias)
        .setVersion(to)
        .setExpected(AliasExpectation.newBuilder().setVersion(expected));
  }

  private String live(String at) {
    return registry
        .aliases()
        .getLiveVersion(
            GetLiveVersionRequest.newBuilder()
                .setModel("load")
                .setAlias("champion")
                .setAt(Fields.time(Instant.parse(at)))
                .build())
        .getVersion();
  }

  private Assignment create(Assignment assignment) {
    return registry
        .assignments()
        .createAssignment(CreateAssignmentRequest.newBuilder().setAssignment(assignment).build())
        .getAssignment();
  }

  private Refusal refused(Assignment.Builder assignment) {
    return Refusal.of(() -> create(assignment.build())).is("INVALID_ARGUMENT", "FIELD_INVALID");
  }

  private List<String> resolved(String series) {
    return registry
        .assignments()
        .resolveAssignments(ResolveAssignmentsRequest.newBuilder().setSeries(series).build())
        .getAssignmentsList()
        .stream()
        .map(Assignment::getAssignment)
        .toList();
  }

  private static Assignment.Builder assignment(String name, SeriesSelector.Builder selector) {
    return Assignment.newBuilder()
        .setAssignment(name)
        .setSelector(selector)
        .setTask(Task.TASK_FORECAST)
        .setModel("load");
  }
}
