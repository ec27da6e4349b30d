package dev.tidewatch.registry.api;

import com.google.protobuf.Struct;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.RoleBinding;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.StandingSchedule;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.AssignmentSpec;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.ModelTarget;
import dev.tidewatch.registry.domain.Task;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.SeriesName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Assignments as messages. */
final class AssignmentMessages {
  private static final int PARAMETERS_MAX = 64;
  private static final int PARAMETERS_BYTES_MAX = 16 << 10;

  private AssignmentMessages() {}

  static Assignment assignment(dev.tidewatch.registry.domain.Assignment assignment) {
    AssignmentSpec spec = assignment.spec();
    Assignment.Builder message =
        Assignment.newBuilder()
            .setAssignment(spec.name())
            .setSelector(selector(spec.selector()))
            .setTask(ModelMessages.task(spec.task()))
            .setSlot(spec.slot())
            .setModel(spec.model().value())
            .setParameters(ProtoJson.read(spec.parameters(), Struct.newBuilder()))
            .addAllBindings(
                spec.bindings().stream()
                    .map(binding ->
                        RoleBinding.newBuilder()
                            .setRole(binding.role())
                            .setSeries(binding.series())
                            .build())
                    .toList())
            .setDisabled(spec.disabled())
            .setDescription(spec.description())
            .setEtag(Long.toString(assignment.revision()))
            .setRevision(assignment.revision())
            .setCreatedAt(Fields.time(assignment.createdAt()))
            .setUpdatedAt(Fields.time(assignment.updatedAt()))
            .setUpdatedBy(assignment.updatedBy());
    switch (spec.target()) {
      case ModelTarget.ByAlias byAlias -> message.setAlias(byAlias.alias().value());
      case ModelTarget.Pinned pinned -> message.setVersion(pinned.version().toString());
    }
    if (spec.schedule().everySteps() > 0) {
      message.setSchedule(
          StandingSchedule.newBuilder()
              .setEverySteps(spec.schedule().everySteps())
              .setOffsetSteps(spec.schedule().offsetSteps())
              .setHorizonSteps(spec.schedule().horizonSteps()));
    }
    return message.build();
  }

  static AssignmentSpec spec(Assignment assignment) {
    ModelName model = Fields.model("assignment.model", assignment.getModel());
    Task task =
        ModelMessages.task(assignment.getTask())
            .orElseThrow(() -> InvalidArgument.field("assignment.task", "required"));
    return Fields.read(
        "assignment",
        () ->
            new AssignmentSpec(
                assignment.getAssignment(),
                selector(assignment.getSelector()),
                task,
                assignment.getSlot(),
                model,
                target(assignment),
                parameters(assignment.getParameters()),
                schedule(assignment.getSchedule()),
                bindings(assignment),
                assignment.getDisabled(),
                assignment.getDescription()));
  }

  private static ModelTarget target(Assignment assignment) {
    return switch (assignment.getWhichCase()) {
      case ALIAS ->
          new ModelTarget.ByAlias(Fields.alias("assignment.alias", assignment.getAlias()));
      case VERSION ->
          new ModelTarget.Pinned(Fields.version("assignment.version", assignment.getVersion()));
      case WHICH_NOT_SET -> new ModelTarget.ByAlias(AliasName.CHAMPION);
    };
  }

  private static Document parameters(Struct parameters) {
    Document document = ProtoJson.document("assignment.parameters", parameters);
    if (parameters.getFieldsCount() > PARAMETERS_MAX
        || document.json().getBytes(StandardCharsets.UTF_8).length > PARAMETERS_BYTES_MAX) {
      throw InvalidArgument.field(
          "assignment.parameters",
          "at most "
              + PARAMETERS_MAX
              + " fields and "
              + PARAMETERS_BYTES_MAX
              + " bytes of JSON are allowed");
    }
    return document;
  }

  private static dev.tidewatch.registry.domain.StandingSchedule schedule(
      StandingSchedule schedule) {
    return Fields.read(
        "assignment.schedule",
        () ->
            new dev.tidewatch.registry.domain.StandingSchedule(
                schedule.getEverySteps(), schedule.getOffsetSteps(), schedule.getHorizonSteps()));
  }

  private static List<dev.tidewatch.registry.domain.RoleBinding> bindings(Assignment assignment) {
    return IntStream.range(0, assignment.getBindingsCount())
        .mapToObj(i ->
            Fields.read(
                "assignment.bindings[" + i + "]",
                () ->
                    new dev.tidewatch.registry.domain.RoleBinding(
                        assignment.getBindings(i).getRole(),
                        assignment.getBindings(i).getSeries())))
        .toList();
  }

  private static SeriesSelector selector(dev.tidewatch.registry.domain.SeriesSelector selector) {
    return SeriesSelector.newBuilder()
        .setExact(selector.exact().map(SeriesName::value).orElse(""))
        .setPrefix(selector.prefix().map(SeriesName::value).orElse(""))
        .putAllLabels(selector.labels())
        .build();
  }

  private static dev.tidewatch.registry.domain.SeriesSelector selector(SeriesSelector selector) {
    return Fields.read(
        "assignment.selector",
        () ->
            new dev.tidewatch.registry.domain.SeriesSelector(
                series("assignment.selector.exact", selector.getExact()),
                series("assignment.selector.prefix", selector.getPrefix()),
                selector.getLabelsMap()));
  }

  private static Optional<SeriesName> series(String field, String text) {
    return Fields.present(text).map(name -> Fields.read(field, () -> new SeriesName(name)));
  }
}
