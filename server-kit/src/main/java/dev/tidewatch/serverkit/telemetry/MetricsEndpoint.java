package dev.tidewatch.serverkit.telemetry;

import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The metrics of one server in Prometheus' format, over HTTP. */
final class MetricsEndpoint implements AutoCloseable {
  private final PrometheusMetricReader reader = PrometheusMetricReader.create();
  private final HTTPServer server;

  private MetricsEndpoint(HTTPServer server, PrometheusRegistry registry) {
    this.server = server;
    registry.register(reader);
  }

  static MetricsEndpoint start(String host, int port) {
    var registry = new PrometheusRegistry();
    try {
      return new MetricsEndpoint(
          HTTPServer.builder().hostname(host).port(port).registry(registry).buildAndStart(),
          registry);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "metrics endpoint: cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  PrometheusMetricReader reader() {
    return reader;
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.close();
  }
}
