package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.LogFormat;
import dev.tidewatch.serverkit.telemetry.Logging;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/**
 * Asks a server how it is, for container health checks: {@code HealthCheck HOST:PORT…}. Exit code 0
 * if every one serves, 1 if one does not or does not answer, 2 for wrong usage. Speaks without
 * encryption, so it belongs beside the server.
 */
public final class HealthCheck {
  private static final long WAIT_SECONDS = 3;

  private HealthCheck() {}

  public static void main(String[] args) {
    Logging.install(new LogConfig(LogFormat.TEXT, LogConfig.Level.ERROR));
    System.exit(run(args, System.err));
  }

  static int run(String[] targets, PrintStream err) {
    if (targets.length == 0) {
      err.println("usage: HealthCheck HOST:PORT...");
      return 2;
    }
    for (String target : targets) {
      String problem = problem(target);
      if (!problem.isEmpty()) {
        err.println(target + ": " + problem);
        return 1;
      }
    }
    return 0;
  }

  private static String problem(String target) {
    try (var channel = GrpcChannel.open(ClientConfig.to(target), Telemetry.disabled())) {
      ServingStatus status =
          HealthGrpc.newBlockingStub(channel.channel())
              .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      return status == ServingStatus.SERVING ? "" : status.name();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + " " + e.getStatus().getDescription();
    }
  }
}
