package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tidewatch.proto.registry.v1.ApplyRetentionRequest;
import dev.tidewatch.proto.registry.v1.ApplyRetentionResponse;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.CreateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.GetArtifactRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.MaintenanceServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.PlanRetentionRequest;
import dev.tidewatch.proto.registry.v1.PlanRetentionResponse;
import dev.tidewatch.proto.registry.v1.RetentionRule;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.serverkit.testing.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionEndpointTest extends RegistryOverGrpc {
  private static final long DAY_SECONDS = 86_400;

  @BeforeEach
  void fill() {
    registry.model("load");
  }

  @Test
  void eachPartOfARuleKeepsItsVersions() {
    String first = registry.version("load").getVersion();
    String second = registry.version("load").getVersion();
    String third = registry.version("load").getVersion();
    registry.move("load", "champion", first);
    clock.advance(java.time.Duration.ofDays(10));
    registry.move("load", "champion", second);
    clock.advance(java.time.Duration.ofDays(1));
    registry.move("load", "champion", third);
    String pinned = registry.version("load").getVersion();
    pin(pinned);
    String young = registry.version("load").getVersion();
    registry.model("other");
    String elsewhere = registry.version("other").getVersion();

    var all = RetentionRule.newBuilder();
    assertThat(plan(all))
        .as("not the champion, not what a rollback would bring back, not what is pinned")
        .containsExactly("load " + first, "load " + young, "other " + elsewhere);
    assertThat(plan(all.clone().setModel("other"))).containsExactly("other " + elsewhere);
    assertThat(plan(all.clone().setVersionsMin(1))).containsExactly("load " + first);
    assertThat(plan(all.clone().setVersionsMin(5))).isEmpty();
    assertThat(plan(all.clone().setModel("load").setAgeMin(days(11))))
        .containsExactly("load " + first);
    assertThat(plan(all.clone().setAgeMin(days(12)))).isEmpty();
    assertThat(plan(all.clone().setModel("load").setSinceLiveMin(days(2))))
        .as("the first was champion until yesterday")
        .containsExactly("load " + young);
    clock.advance(java.time.Duration.ofDays(2));
    assertThat(plan(all.clone().setModel("load").setSinceLiveMin(days(2))))
        .containsExactly("load " + first, "load " + young);
  }

  @Test
  void whatWasPlannedIsRemovedOnceAndOnlyThat() throws IOException {
    ModelVersion old = registry.version("load");
    ModelVersion live = registry.version("load");
    registry.move("load", "champion", live.getVersion());
    var rule = RetentionRule.newBuilder().setModel("load").build();
    PlanRetentionResponse plan = planned(rule);
    assertThat(plan.getFreedBytes()).isEqualTo(old.getArtifact().getSizeBytes());
    assertThat(plan.getTruncated()).isFalse();
    assertThat(blobs()).as("planning removes nothing").hasSize(2);

    ModelVersion newer = registry.version("load");
    var request =
        ApplyRetentionRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setRule(rule)
            .setPlanSha256(plan.getPlanSha256())
            .build();
    Refusal.of(() -> apply(request)).is("ABORTED", "PLAN_STALE");
    assertThat(blobs()).hasSize(3);

    var again = request.toBuilder().setPlanSha256(planned(rule).getPlanSha256()).build();
    ApplyRetentionResponse applied = apply(again);
    assertThat(applied.getVersionsArchived()).isEqualTo(2);
    assertThat(applied.getFreedBytes())
        .isEqualTo(old.getArtifact().getSizeBytes() + newer.getArtifact().getSizeBytes());
    assertThat(apply(again)).as("a repeat").isEqualTo(applied);
    assertThat(blobs()).containsExactly(live.getArtifact().getSha256());
    assertThat(planned(rule).getVersionsList()).isEmpty();

    ModelVersion archived =
        registry
            .models()
            .getModelVersion(
                GetModelVersionRequest.newBuilder()
                    .setModel("load")
                    .setVersion(old.getVersion())
                    .build())
            .getModelVersion();
    assertThat(archived.getState()).isEqualTo(VersionState.VERSION_STATE_ARCHIVED);
    assertThat(archived.getStateReason()).contains("retention");
    assertThat(archived.getArtifact().getRemoved()).isTrue();
    String sha256 = old.getArtifact().getSha256();
    assertThat(
            registry
                .artifacts()
                .getArtifact(GetArtifactRequest.newBuilder().setSha256(sha256).build())
                .getArtifact()
                .getRemoved())
        .isTrue();
    Refusal.of(() ->
            registry
                .artifacts()
                .downloadArtifact(DownloadArtifactRequest.newBuilder().setSha256(sha256).build())
                .next())
        .is("NOT_FOUND", "ARTIFACT_UNKNOWN");
    Refusal.of(() -> registry.move("load", "champion", old.getVersion()))
        .is("FAILED_PRECONDITION", "VERSION_NOT_READY");
  }

  @Test
  void bytesStayWhileAnyVersionNeedsThem() throws IOException {
    ModelVersion first = registry.version("load");
    ModelVersion same = version(first.getArtifact().getSha256());
    registry.move("load", "champion", same.getVersion());
    var rule = RetentionRule.newBuilder().setModel("load").build();
    PlanRetentionResponse plan = planned(rule);
    assertThat(plan.getVersionsList()).containsExactly(reference(first));
    assertThat(plan.getFreedBytes()).isZero();
    var _ = apply(rule, plan);
    assertThat(blobs()).containsExactly(first.getArtifact().getSha256());

    ModelVersion other = registry.version("load");
    registry.move("load", "champion", other.getVersion());
    ModelVersion next = registry.version("load");
    registry.move("load", "champion", next.getVersion());
    plan = planned(rule);
    assertThat(plan.getVersionsList()).containsExactly(reference(same));
    assertThat(plan.getFreedBytes())
        .as("the other version made of it is archived")
        .isEqualTo(first.getArtifact().getSizeBytes());
    var _ = apply(rule, plan);
    assertThat(blobs()).hasSize(2).doesNotContain(first.getArtifact().getSha256());
  }

  @Test
  void refusalsNameWhatIsWrong() {
    var negative = Duration.newBuilder().setSeconds(-1).build();
    Refusal.of(() -> planned(RetentionRule.newBuilder().setAgeMin(negative).build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("rule.age_min");
    Refusal.of(() -> planned(RetentionRule.newBuilder().setModel("absent").build()))
        .is("NOT_FOUND", "MODEL_UNKNOWN");
  }

  private List<String> plan(RetentionRule.Builder rule) {
    return planned(rule.build()).getVersionsList().stream()
        .map(version -> version.getModel() + " " + version.getVersion())
        .toList();
  }

  private PlanRetentionResponse planned(RetentionRule rule) {
    return MaintenanceServiceGrpc.newBlockingStub(registry.channel())
        .planRetention(PlanRetentionRequest.newBuilder().setRule(rule).build());
  }

  private ApplyRetentionResponse apply(RetentionRule rule, PlanRetentionResponse plan) {
    return apply(
        ApplyRetentionRequest.newBuilder()
            .setRule(rule)
            .setPlanSha256(plan.getPlanSha256())
            .build());
  }

  private ApplyRetentionResponse apply(ApplyRetentionRequest request) {
    return MaintenanceServiceGrpc.newBlockingStub(registry.channel()).applyRetention(request);
  }

  private List<String> blobs() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("blobs"))) {
      return files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList();
    }
  }

  private void pin(String version) {
    var _ =
        registry
            .assignments()
            .createAssignment(
                CreateAssignmentRequest.newBuilder()
                    .setAssignment(
                        Assignment.newBuilder()
                            .setAssignment("pinned")
                            .setSelector(SeriesSelector.newBuilder().setExact("plant/load"))
                            .setTask(Task.TASK_FORECAST)
                            .setModel("load")
                            .setVersion(version))
                    .build());
  }

  private ModelVersion version(String sha256) {
    return registry
        .models()
        .createModelVersion(
            CreateModelVersionRequest.newBuilder()
                .setModel("load")
                .setArtifactSha256(sha256)
                .setFamily("seasonal-naive")
                .setSignature(ModelSignature.newBuilder().setHorizonSteps(24))
                .build())
        .getModelVersion();
  }

  private static VersionReference reference(ModelVersion version) {
    return VersionReference.newBuilder()
        .setModel(version.getModel())
        .setVersion(version.getVersion())
        .build();
  }

  private static Duration days(long days) {
    return Duration.newBuilder().setSeconds(days * DAY_SECONDS).build();
  }
}
