package dev.tidewatch.registry.api;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.Lineage;
import dev.tidewatch.proto.registry.v1.Model;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.VersionBump;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.NewVersion;
import dev.tidewatch.registry.domain.VersionContent;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.util.Map;
import java.util.Optional;

/** Models, versions and artifacts as messages. */
final class ModelMessages {
  private ModelMessages() {}

  static Model model(dev.tidewatch.registry.domain.Model model) {
    return Model.newBuilder()
        .setModel(model.name().value())
        .setDescription(model.description())
        .setTask(task(model.task()))
        .putAllTags(model.tags())
        .setArchived(model.archived())
        .setLatestVersion(model.latest().map(Object::toString).orElse(""))
        .setEtag(Long.toString(model.revision()))
        .setCreatedBy(model.createdBy())
        .setCreatedAt(Fields.time(model.createdAt()))
        .setUpdatedAt(Fields.time(model.updatedAt()))
        .build();
  }

  static ModelVersion version(dev.tidewatch.registry.domain.ModelVersion version) {
    VersionContent content = version.content();
    return ModelVersion.newBuilder()
        .setModel(version.model().value())
        .setVersion(version.number().toString())
        .setState(VersionState.valueOf("VERSION_STATE_" + version.state().name()))
        .setStateReason(version.stateReason())
        .setArtifact(artifact(version.artifact()))
        .setTask(task(version.task()))
        .setFamily(content.family())
        .setSignature(ProtoJson.read(content.signature(), ModelSignature.newBuilder()))
        .putAllMetrics(content.metrics())
        .putAllTags(content.tags())
        .setDescription(content.description())
        .setLineage(ProtoJson.read(content.lineage(), Lineage.newBuilder()))
        .addAllAliases(version.aliases().stream().map(AliasName::value).toList())
        .setCreatedBy(version.createdBy())
        .setCreatedAt(Fields.time(version.createdAt()))
        .setRevision(version.revision())
        .build();
  }

  static Artifact artifact(dev.tidewatch.registry.domain.Artifact artifact) {
    Artifact.Builder message =
        Artifact.newBuilder()
            .setSha256(artifact.sha256().hex())
            .setSizeBytes(artifact.sizeBytes())
            .setFormat(ArtifactFormat.valueOf("ARTIFACT_FORMAT_" + artifact.format().name()))
            .setCreatedAt(Fields.time(artifact.createdAt()))
            .setRemoved(artifact.removed());
    artifact
        .signature()
        .ifPresent(signature ->
            message
                .getSignatureBuilder()
                .setKeyId(signature.keyId())
                .setSignature(ByteString.copyFrom(signature.bytes())));
    return message.build();
  }

  /**
   * A version to make.
   *
   * @param signature as given, or as the file says
   */
  static NewVersion newVersion(CreateModelVersionRequest request, ModelSignature signature) {
    request.getMetricsMap().forEach((metric, value) -> requireFinite("metrics", metric, value));
    Optional<String> run = Fields.present(request.getLineage().getRunId());
    return new NewVersion(
        Fields.model("model", request.getModel()),
        Fields.present(request.getVersion()).map(text -> Fields.version("version", text)),
        bump(request.getBump()),
        Fields.sha256("artifact_sha256", request.getArtifactSha256()),
        new VersionContent(
            request.getFamily(),
            ProtoJson.document("signature", signature),
            request.getMetricsMap(),
            request.getTagsMap(),
            request.getDescription(),
            ProtoJson.document("lineage", request.getLineage()),
            run.map(text -> Fields.uuid("lineage.run_id", text))),
        SmokeInputs.of(request, signature));
  }

  static void requireFinite(Map<String, Double> figures, String field) {
    figures.forEach((name, value) -> requireFinite(field, name, value));
  }

  private static void requireFinite(String field, String name, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidArgument(
          "VALUE_NOT_FINITE", field + "[" + name + "]", value + "; it must be finite");
    }
  }

  static dev.tidewatch.registry.domain.VersionBump bump(VersionBump bump) {
    return switch (bump) {
      case VERSION_BUMP_MAJOR -> dev.tidewatch.registry.domain.VersionBump.MAJOR;
      case VERSION_BUMP_PATCH -> dev.tidewatch.registry.domain.VersionBump.PATCH;
      case VERSION_BUMP_MINOR, VERSION_BUMP_UNSPECIFIED, UNRECOGNIZED ->
          dev.tidewatch.registry.domain.VersionBump.MINOR;
    };
  }

  static Task task(dev.tidewatch.registry.domain.Task task) {
    return switch (task) {
      case FORECAST -> Task.TASK_FORECAST;
      case DETECT -> Task.TASK_DETECT;
      case INFER -> Task.TASK_INFER;
    };
  }

  /** Empty for unspecified. */
  static Optional<dev.tidewatch.registry.domain.Task> task(Task task) {
    return switch (task) {
      case TASK_FORECAST -> Optional.of(dev.tidewatch.registry.domain.Task.FORECAST);
      case TASK_DETECT -> Optional.of(dev.tidewatch.registry.domain.Task.DETECT);
      case TASK_INFER -> Optional.of(dev.tidewatch.registry.domain.Task.INFER);
      case TASK_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  /** Empty for unspecified. */
  static Optional<dev.tidewatch.registry.domain.VersionState> state(VersionState state) {
    return switch (state) {
      case VERSION_STATE_PENDING -> Optional.of(dev.tidewatch.registry.domain.VersionState.PENDING);
      case VERSION_STATE_READY -> Optional.of(dev.tidewatch.registry.domain.VersionState.READY);
      case VERSION_STATE_FAILED -> Optional.of(dev.tidewatch.registry.domain.VersionState.FAILED);
      case VERSION_STATE_ARCHIVED ->
          Optional.of(dev.tidewatch.registry.domain.VersionState.ARCHIVED);
      case VERSION_STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }
}
