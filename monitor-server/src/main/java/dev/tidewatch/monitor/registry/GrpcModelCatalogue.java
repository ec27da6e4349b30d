package dev.tidewatch.monitor.registry;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.RoleKind;
import dev.tidewatch.proto.registry.v1.RoleSpec;
import dev.tidewatch.proto.registry.v1.SeriesWindow;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Asks the registry each time. Thread-safe. */
public final class GrpcModelCatalogue implements ModelCatalogue {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ModelServiceGrpc.ModelServiceBlockingStub models;
  private final Duration deadline;

  public GrpcModelCatalogue(Channel channel, Duration deadline) {
    this.models = ModelServiceGrpc.newBlockingStub(channel);
    this.deadline = deadline;
  }

  @Override
  public Optional<NamedVersion> named(String model, String alias) {
    try {
      ModelVersion version =
          models
              .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
              .getModelVersion(
                  GetModelVersionRequest.newBuilder().setModel(model).setAlias(alias).build())
              .getModelVersion();
      return Optional.of(
          new NamedVersion(
              version.getModel(),
              version.getVersion(),
              instant(version.getCreatedAt()),
              series(version)));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw new Unavailable(
            "REGISTRY_UNAVAILABLE",
            "the registry does not say which version of %s is %s: %s"
                .formatted(model, alias, e.getStatus()),
            RETRY_AFTER,
            e);
      }
      if (StatusDetails.reason(e).filter("MODEL_UNKNOWN"::equals).isPresent()) {
        throw new NotFound("MODEL_UNKNOWN", "model: the registry has no '%s'".formatted(model));
      }
      return Optional.empty();
    }
  }

  /** Of the roles that are predicted; a window without a role has the first of them. */
  private static List<String> series(ModelVersion version) {
    Set<String> targets =
        version.getSignature().getRolesList().stream()
            .filter(role -> role.getKind() == RoleKind.ROLE_KIND_TARGET)
            .map(RoleSpec::getRole)
            .collect(Collectors.toSet());
    return version.getLineage().getTrainingList().stream()
        .filter(window -> window.getRole().isEmpty() || targets.contains(window.getRole()))
        .map(SeriesWindow::getSeries)
        .distinct()
        .toList();
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
