package dev.tidewatch.serverkit.telemetry;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;

/**
 * Chosen by {@code OTEL_TRACES_EXPORTER=zipkin}; the server by {@code
 * OTEL_EXPORTER_ZIPKIN_ENDPOINT}.
 */
public final class ZipkinSpanExporterProvider implements ConfigurableSpanExporterProvider {
  @Override
  public SpanExporter createExporter(ConfigProperties config) {
    return new ZipkinSpanExporter(
        URI.create(
            config.getString(
                "otel.exporter.zipkin.endpoint", "http://localhost:9411/api/v2/spans")));
  }

  @Override
  public String getName() {
    return "zipkin";
  }
}
