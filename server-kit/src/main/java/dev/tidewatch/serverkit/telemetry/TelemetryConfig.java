package dev.tidewatch.serverkit.telemetry;

import dev.tidewatch.serverkit.config.Setting;
import java.util.List;
import java.util.Optional;

/**
 * What a server tells about itself. Exporters are chosen by OpenTelemetry's standard {@code OTEL_*}
 * variables; spans and metrics are sent when {@code OTEL_EXPORTER_OTLP_ENDPOINT} (or {@code
 * OTEL_TRACES_EXPORTER}, {@code OTEL_METRICS_EXPORTER}) is set. OTLP goes over HTTP.
 */
public record TelemetryConfig(
    @Setting(description = "Whether anything is recorded.", defaultValue = "true") boolean enabled,
    @Setting(description = "Address of the metrics endpoint.", defaultValue = "127.0.0.1")
        String metricsHost,
    @Setting(
            description =
                "Port of the metrics endpoint (HTTP, `/metrics` in Prometheus' format, `/-/healthy`); 0"
                    + " takes any free one, empty turns it off.")
        Optional<Integer> metricsPort,
    @Setting(
            description =
                "OpenTelemetry properties `name=value`, such as `otel.traces.exporter=zipkin`; the"
                    + " environment is stronger.")
        List<String> properties) {
  public TelemetryConfig {
    if (metricsPort.isPresent() && (metricsPort.get() < 0 || metricsPort.get() > 65_535)) {
      throw new IllegalArgumentException("metrics-port: expected 0 to 65535");
    }
    for (String property : properties) {
      if (!property.startsWith("otel.") || property.indexOf('=') < 0) {
        throw new IllegalArgumentException(
            "properties: '" + property + "', expected otel.NAME=VALUE");
      }
    }
    properties = List.copyOf(properties);
  }

  /** Records nothing. */
  public static TelemetryConfig off() {
    return new TelemetryConfig(false, "127.0.0.1", Optional.empty(), List.of());
  }
}
