package dev.tidewatch.serverkit.grpc;

import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.protobuf.services.HealthStatusManager;

/** What the health service (v1) answers, for the server as a whole and for each of its services. */
public final class ServingStatus {
  private final HealthStatusManager health;

  ServingStatus(HealthStatusManager health) {
    this.health = health;
  }

  /**
   * Says whether a service can do its work.
   *
   * @param service full name, or empty for the server as a whole
   */
  public void set(String service, boolean serving) {
    health.setStatus(
        service,
        serving
            ? HealthCheckResponse.ServingStatus.SERVING
            : HealthCheckResponse.ServingStatus.NOT_SERVING);
  }

  void drain() {
    health.enterTerminalState();
  }
}
