package dev.tidewatch.serverkit.telemetry;

import io.grpc.ClientInterceptor;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;

/**
 * Traces and metrics of one server; several servers of one process have one each, and nothing is
 * global. Thread-safe.
 */
public final class Telemetry implements AutoCloseable {
  private static final String SCOPE = "dev.tidewatch";

  private final OpenTelemetry openTelemetry;
  private final AutoCloseable closing;

  private Telemetry(OpenTelemetry openTelemetry, AutoCloseable closing) {
    this.openTelemetry = openTelemetry;
    this.closing = closing;
  }

  /** Records nothing. */
  public static Telemetry disabled() {
    return of(OpenTelemetry.noop());
  }

  /** Records to what the caller opened and will close, such as an in-memory exporter of a test. */
  public static Telemetry of(OpenTelemetry openTelemetry) {
    return new Telemetry(openTelemetry, () -> {});
  }

  public OpenTelemetry openTelemetry() {
    return openTelemetry;
  }

  /** Makes SERVER spans and continues the caller's trace; no events per message. */
  public ServerInterceptor serverInterceptor() {
    return grpc().createServerInterceptor();
  }

  /** Makes CLIENT spans and hands the trace on; no events per message. */
  public ClientInterceptor clientInterceptor() {
    return grpc().createClientInterceptor();
  }

  /** For spans of the server's own. */
  public Tracer tracer() {
    return openTelemetry.getTracer(SCOPE);
  }

  /** For metrics of the server's own. */
  public Meter meter() {
    return openTelemetry.getMeter(SCOPE);
  }

  private GrpcTelemetry grpc() {
    return GrpcTelemetry.builder(openTelemetry).setEmitMessageEvents(false).build();
  }

  /** Sends what is still buffered. */
  @Override
  public void close() {
    try {
      closing.close();
    } catch (Exception e) {
      throw new IllegalStateException("telemetry did not close: " + e.getMessage(), e);
    }
  }
}
