package dev.tidewatch.monitor.api;

import dev.tidewatch.proto.monitor.v1.HealthScoreServiceGrpc;
import io.grpc.BindableService;
import java.util.List;

/**
 * Services whose contract stands and that are not built: each RPC answers UNIMPLEMENTED /
 * NOT_BUILT.
 */
public final class UnbuiltServices {
  private UnbuiltServices() {}

  public static List<BindableService> all() {
    return List.of(new HealthScoreServiceGrpc.HealthScoreServiceImplBase() {});
  }
}
