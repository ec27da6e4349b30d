package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.CreateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.DeleteAssignmentRequest;
import dev.tidewatch.proto.registry.v1.GetAssignmentRequest;
import dev.tidewatch.proto.registry.v1.ResolveAssignmentsRequest;
import dev.tidewatch.proto.registry.v1.RoleBinding;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.StandingSchedule;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.UpdateAssignmentRequest;
import dev.tidewatch.serverkit.testing.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Assignments over gRPC. */
class AssignmentEndpointTest extends RegistryOverGrpc {
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
