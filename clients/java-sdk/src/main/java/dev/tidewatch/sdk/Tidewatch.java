package dev.tidewatch.sdk;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.opentelemetry.api.trace.Tracer;

/**
 * The way into Tidewatch: one lazily opened channel to each of the four servers, and a typed client
 * for each.
 *
 * <pre>{@code
 * try (var tidewatch = Tidewatch.connect(Connection.toHost("localhost"));
 *     var writer = tidewatch.ingest().openWriter("boiler-room")) {
 *   writer.append("boiler/supply-temp", timeMicros, 61.5);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Close writers and streams before it.
 */
public final class Tidewatch implements AutoCloseable {
  static final String TRACER = "dev.tidewatch.sdk";

  private final Channels channels;
  private final IngestClient ingest;
  private final RegistryClient registry;
  private final InferenceClient inference;
  private final MonitorClient monitor;

  private Tidewatch(Connection connection) {
    this.channels = new Channels(connection);
    Tracer tracer = connection.openTelemetry().getTracer(TRACER);
    this.ingest =
        new IngestClient(channels.ingest(), tracer, connection.deadline(), channels::reconnectNow);
    this.registry = new RegistryClient(channels.registry(), connection.signingKey());
    this.inference = new InferenceClient(channels.inference());
    this.monitor = new MonitorClient(channels.monitor(), channels::reconnectNow);
  }

  /**
   * Prepares the channels; connects when the first call is made.
   *
   * @throws java.io.UncheckedIOException if a TLS file cannot be read
   */
  public static Tidewatch connect(Connection connection) {
    return new Tidewatch(connection);
  }

  public IngestClient ingest() {
    return ingest;
  }

  public RegistryClient registry() {
    return registry;
  }

  public InferenceClient inference() {
    return inference;
  }

  public MonitorClient monitor() {
    return monitor;
  }

  /** Which server. */
  public enum Server {
    INGEST,
    REGISTRY,
    INFERENCE,
    MONITOR
  }

  /**
   * Asks a server's health service whether it serves.
   *
   * @throws TidewatchException if it cannot be reached
   */
  public boolean isServing(Server server) {
    Channel channel =
        switch (server) {
          case INGEST -> channels.ingest();
          case REGISTRY -> channels.registry();
          case INFERENCE -> channels.inference();
          case MONITOR -> channels.monitor();
        };
    try {
      var answer =
          Calls.unary(() ->
              HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance()));
      return answer.getStatus() == ServingStatus.SERVING;
    } catch (TidewatchException e) {
      if (e.code() == Status.Code.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** Waits a moment for calls under way, then cuts them. */
  @Override
  public void close() {
    channels.close();
  }
}
