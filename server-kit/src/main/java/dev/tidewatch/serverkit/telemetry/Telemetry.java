package dev.tidewatch.serverkit.telemetry;

import dev.tidewatch.serverkit.lifecycle.CloseStack;
import io.grpc.ClientInterceptor;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.opentelemetry.instrumentation.runtimetelemetry.RuntimeTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Traces and metrics of one server; several servers of one process have one each, and nothing is
 * global. Thread-safe.
 */
public final class Telemetry implements AutoCloseable {
  private static final String SCOPE = "dev.tidewatch";
  private static final long CLOSE_WAIT_SECONDS = 5;

  private final OpenTelemetry openTelemetry;
  private final AutoCloseable closing;

  private final @Nullable MetricsEndpoint metrics;

  private Telemetry(
      OpenTelemetry openTelemetry, AutoCloseable closing, @Nullable MetricsEndpoint metrics) {
    this.openTelemetry = openTelemetry;
    this.closing = closing;
    this.metrics = metrics;
  }

  /**
   * Opens the SDK as the standard {@code OTEL_*} variables say, with the metrics of the JVM and the
   * endpoint for Prometheus.
   *
   * @param serviceName {@code service.name} of everything recorded, unless {@code
   *     OTEL_SERVICE_NAME} is set
   */
  public static Telemetry open(TelemetryConfig config, String serviceName) {
    return open(config, serviceName, System.getenv());
  }

  static Telemetry open(
      TelemetryConfig config, String serviceName, Map<String, String> environment) {
    if (!config.enabled()) {
      return disabled();
    }
    var opened = new CloseStack();
    try {
      MetricsEndpoint metrics =
          config.metricsPort().isPresent()
              ? opened.push(MetricsEndpoint.start(config.metricsHost(), config.metricsPort().get()))
              : null;
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(() -> defaults(config, serviceName, environment))
              .addPropertiesCustomizer(Telemetry::sampler)
              .addMeterProviderCustomizer((builder, properties) ->
                  metrics == null ? builder : builder.registerMetricReader(metrics.reader()))
              .build()
              .getOpenTelemetrySdk();
      opened.push(() -> sdk.shutdown().join(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS));
      opened.push(RuntimeTelemetry.create(sdk));
      return new Telemetry(sdk, opened, metrics);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  private static Map<String, String> defaults(
      TelemetryConfig config, String serviceName, Map<String, String> environment) {
    boolean collector =
        environment.keySet().stream()
            .anyMatch(name -> name.startsWith("OTEL_EXPORTER_OTLP_") && name.endsWith("ENDPOINT"));
    Map<String, String> defaults = new HashMap<>();
    defaults.put("otel.service.name", serviceName);
    defaults.put("otel.exporter.otlp.protocol", "http/protobuf");
    defaults.put("otel.traces.exporter", collector ? "otlp" : "none");
    defaults.put("otel.metrics.exporter", collector ? "otlp" : "none");
    defaults.put("otel.logs.exporter", "none");
    defaults.put("otel.propagators", "tracecontext,baggage");
    // Exemplars of long span names exceed the length that Prometheus takes.
    defaults.put("otel.metrics.exemplar.filter", "always_off");
    for (String property : config.properties()) {
      int equals = property.indexOf('=');
      defaults.put(property.substring(0, equals), property.substring(equals + 1));
    }
    return defaults;
  }

  /**
   * Where no spans are sent, none are recorded, which costs more than the rest of a small call; but
   * those of a caller who records are, so that the trace goes on to the servers behind this one.
   */
  private static Map<String, String> sampler(ConfigProperties properties) {
    return properties.getString("otel.traces.exporter", "none").equals("none")
            && properties.getString("otel.traces.sampler") == null
        ? Map.of("otel.traces.sampler", "parentbased_always_off")
        : Map.of();
  }

  /** Records nothing. */
  public static Telemetry disabled() {
    return of(OpenTelemetry.noop());
  }

  /** Records to what the caller opened and will close, such as an in-memory exporter of a test. */
  public static Telemetry of(OpenTelemetry openTelemetry) {
    return new Telemetry(openTelemetry, () -> {}, null);
  }

  /** Where Prometheus finds the metrics; empty when the endpoint is off. */
  public OptionalInt metricsPort() {
    return metrics == null ? OptionalInt.empty() : OptionalInt.of(metrics.port());
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
