package dev.tidewatch.inference.clients;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.Routing;
import dev.tidewatch.inference.registry.SeriesSelector;
import dev.tidewatch.inference.registry.StandingSchedule;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.ArtifactSignature;
import dev.tidewatch.inference.serving.RegisteredVersion;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.DataType;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.RoleBinding;
import dev.tidewatch.serverkit.errors.DataLoss;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The registry's messages as this server's own types. */
final class RegistryMessages {
  private RegistryMessages() {}

  static AliasKey aliasKey(Alias alias) {
    return new AliasKey(alias.getModel(), alias.getAlias());
  }

  static Artifact artifact(Alias alias) {
    return new Artifact(
        new VersionKey(alias.getModel(), alias.getVersion()),
        alias.getArtifactSha256(),
        alias.getArtifactSizeBytes());
  }

  static RegisteredVersion version(VersionKey key, ModelVersion message) {
    return new RegisteredVersion(
        new Artifact(key, message.getArtifact().getSha256(), message.getArtifact().getSizeBytes()),
        specs(message.getSignature().getInputsList()),
        specs(message.getSignature().getOutputsList()),
        message.getSignature().getHorizonSteps());
  }

  static Optional<ArtifactSignature> signature(dev.tidewatch.proto.registry.v1.Artifact message) {
    return message.hasSignature()
        ? Optional.of(
            ArtifactSignature.of(
                message.getSignature().getKeyId(),
                message.getSignature().getSignature().toByteArray()))
        : Optional.empty();
  }

  private static List<TensorSpec> specs(List<dev.tidewatch.proto.registry.v1.TensorSpec> messages) {
    return messages.stream()
        .map(spec ->
            new TensorSpec(
                spec.getName(),
                elementType(spec.getDataType()),
                spec.getShapeList(),
                spec.getOptional()))
        .toList();
  }

  /** The names are the same but for the contract's prefix. */
  static ElementType elementType(DataType type) {
    try {
      return ElementType.valueOf(type.name().substring("DATA_TYPE_".length()));
    } catch (IllegalArgumentException e) {
      throw new DataLoss(
          "SIGNATURE_MISMATCH",
          "the registry names an element type that is not known here: " + type,
          e);
    }
  }

  /** The names are the same but for the contract's prefix; unspecified is a bundle. */
  static TensorFormat format(ArtifactFormat format) {
    if (format == ArtifactFormat.ARTIFACT_FORMAT_UNSPECIFIED) {
      return TensorFormat.BUNDLE;
    }
    try {
      return TensorFormat.valueOf(format.name().substring("ARTIFACT_FORMAT_".length()));
    } catch (IllegalArgumentException e) {
      throw new DataLoss(
          "ARTIFACT_UNSUPPORTED", "artifacts of format %s are not known here".formatted(format), e);
    }
  }

  static Routing routing(dev.tidewatch.proto.registry.v1.Routing message) {
    return new Routing(message.getCanaryBasisPoints(), message.getShadowAliasesList());
  }

  /** Empty for a task that is not for series. */
  static Optional<Assignment> assignment(dev.tidewatch.proto.registry.v1.Assignment message) {
    Optional<Task> task =
        switch (message.getTask()) {
          case TASK_FORECAST -> Optional.of(Task.FORECAST);
          case TASK_DETECT -> Optional.of(Task.DETECT);
          default -> Optional.empty();
        };
    boolean pinned = message.hasVersion() && !message.getVersion().isEmpty();
    String alias =
        message.hasAlias() && !message.getAlias().isEmpty()
            ? message.getAlias()
            : AliasKey.CHAMPION;
    return task.map(t ->
        new Assignment(
            message.getAssignment(),
            new SeriesSelector(
                message.getSelector().getExact(),
                message.getSelector().getPrefix(),
                message.getSelector().getLabelsMap()),
            t,
            message.getSlot(),
            message.getModel(),
            pinned ? null : alias,
            pinned ? message.getVersion() : null,
            parameters(message.getParameters()),
            message.getBindingsList().stream()
                .collect(
                    Collectors.toMap(RoleBinding::getRole, RoleBinding::getSeries, (a, b) -> b)),
            schedule(message.getSchedule()),
            message.getDisabled()));
  }

  private static StandingSchedule schedule(
      dev.tidewatch.proto.registry.v1.StandingSchedule message) {
    return new StandingSchedule(
        message.getEverySteps(), message.getOffsetSteps(), message.getHorizonSteps());
  }

  /** Settings as text: numbers without a fraction as whole ones, lists with commas. */
  private static Map<String, String> parameters(Struct struct) {
    var parameters = new TreeMap<String, String>();
    struct.getFieldsMap().forEach((name, value) -> parameters.put(name, text(value)));
    return parameters;
  }

  private static String text(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case NUMBER_VALUE -> number(value.getNumberValue());
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream()
              .map(RegistryMessages::text)
              .collect(Collectors.joining(","));
      case STRUCT_VALUE, NULL_VALUE, KIND_NOT_SET -> "";
    };
  }

  private static String number(double number) {
    return Double.isFinite(number)
        ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
        : Double.toString(number);
  }
}
