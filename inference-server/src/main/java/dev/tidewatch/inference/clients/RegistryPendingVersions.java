package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.trial.PendingVersions;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc;
import dev.tidewatch.proto.registry.v1.GetSmokeInputsRequest;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.ReportVersionCheckRequest;
import dev.tidewatch.proto.registry.v1.SearchVersionsRequest;
import dev.tidewatch.proto.registry.v1.VersionFilter;
import dev.tidewatch.proto.registry.v1.VersionState;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@link PendingVersions} by the registry. */
public final class RegistryPendingVersions implements PendingVersions {
  private static final String SERVER = "the registry";
  private static final String UNAVAILABLE = "REGISTRY_UNAVAILABLE";
  private static final int PAGE = 100;

  private final CatalogServiceGrpc.CatalogServiceBlockingStub catalog;
  private final ModelServiceGrpc.ModelServiceBlockingStub models;
  private final String replica;
  private final Duration callTimeout;

  /**
   * @param replica this server's name, which the registry's audit log keeps
   */
  public RegistryPendingVersions(Channel registry, String replica, Duration callTimeout) {
    this.catalog = CatalogServiceGrpc.newBlockingStub(registry);
    this.models = ModelServiceGrpc.newBlockingStub(registry);
    this.replica = replica;
    this.callTimeout = callTimeout;
  }

  @Override
  public List<VersionKey> list() {
    var request =
        SearchVersionsRequest.newBuilder()
            .setFilter(VersionFilter.newBuilder().setState(VersionState.VERSION_STATE_PENDING))
            .setPageSize(PAGE)
            .build();
    try {
      return Deadlines.limit(catalog, callTimeout)
          .searchVersions(request)
          .getModelVersionsList()
          .stream()
          .map(version -> new VersionKey(version.getModel(), version.getVersion()))
          .toList();
    } catch (StatusRuntimeException e) {
      throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
    }
  }

  @Override
  public Map<String, Tensor> smokeInputs(VersionKey version) {
    var request =
        GetSmokeInputsRequest.newBuilder()
            .setModel(version.model())
            .setVersion(version.version())
            .build();
    try {
      Map<String, Tensor> inputs = new HashMap<>();
      Deadlines.limit(models, callTimeout)
          .getSmokeInputs(request)
          .getSmokeInputsList()
          .forEach(tensor ->
              inputs.put(
                  tensor.getName(),
                  new Tensor(
                      RegistryMessages.elementType(tensor.getDataType()),
                      Shape.of(tensor.getShapeList()),
                      tensor.getRawContents().asReadOnlyByteBuffer())));
      return inputs;
    } catch (StatusRuntimeException e) {
      throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
    }
  }

  @Override
  public void report(VersionKey version, Optional<String> failure) {
    var request =
        ReportVersionCheckRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel(version.model())
            .setVersion(version.version())
            .setPassed(failure.isEmpty())
            .setReason(failure.orElse(""))
            .setServer(replica)
            .build();
    try {
      var _ = Deadlines.limit(models, callTimeout).reportVersionCheck(request);
    } catch (StatusRuntimeException e) {
      // Another replica was faster.
      if (e.getStatus().getCode() != Status.Code.FAILED_PRECONDITION) {
        throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
      }
    }
  }
}
