package dev.tidewatch.serverkit.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tidewatch.serverkit.config.ConfigException;
import dev.tidewatch.serverkit.config.ConfigLoader;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class TelemetryTest {
  private record Posted(String path, String body) {}

  private final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
  private final HttpServer collector = listen();

  @BeforeEach
  void collect() {
    collector.createContext(
        "/",
        exchange -> {
          posted.add(
              new Posted(
                  exchange.getRequestURI().getPath(),
                  new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  @Test
  void prometheusReadsTheMetricsOfTheServerAndOfTheJvm() throws Exception {
    try (var telemetry = open(Map.of("metrics-port", "0"))) {
      telemetry
          .meter()
          .counterBuilder("tidewatch.readings.stored")
          .setUnit("{reading}")
          .build()
          .add(3, Attributes.of(AttributeKey.stringKey("shard"), "7"));
      String text = get(telemetry.metricsPort().getAsInt(), "/metrics");
      assertThat(text)
          .contains("tidewatch_readings_stored_total{")
          .contains("shard=\"7\"")
          .contains("jvm_memory_used_bytes")
          .contains("service_name=\"ingest\"");
      assertThat(get(telemetry.metricsPort().getAsInt(), "/-/healthy")).isNotEmpty();
    }
  }

  @Test
  void aTakenMetricsPortIsNamed() {
    assertThatThrownBy(
            () -> open(Map.of("metrics-port", Integer.toString(collector.getAddress().getPort()))))
        .hasMessageContaining("metrics endpoint: cannot listen on 127.0.0.1");
  }

  @Test
  void spansGoToZipkinAsItsJson() throws Exception {
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort() + "/api/v2/spans";
    String parentId;
    String traceId;
    try (var telemetry =
        open(
            Map.of(
                "properties",
                "otel.traces.exporter=zipkin,otel.exporter.zipkin.endpoint=" + endpoint))) {
      Span parent = telemetry.tracer().spanBuilder("parent \"q\"").startSpan();
      try (var scope = parent.makeCurrent()) {
        assertThat(scope).isNotNull();
        Span child =
            telemetry
                .tracer()
                .spanBuilder("child")
                .setSpanKind(SpanKind.SERVER)
                .addLink(TraceParents.parse("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01"))
                .setAttribute("rows", 42)
                .startSpan();
        child.addEvent("committed");
        child.setStatus(StatusCode.ERROR, "disk full");
        child.end();
      }
      parent.end();
      parentId = parent.getSpanContext().getSpanId();
      traceId = parent.getSpanContext().getTraceId();
    }
    Posted first = next();
    assertThat(first.path()).isEqualTo("/api/v2/spans");
    String json = first.body();
    assertThat(json)
        .contains(
            "\"traceId\":\"" + traceId + "\"",
            "\"parentId\":\"" + parentId + "\"",
            "\"kind\":\"SERVER\"",
            "\"name\":\"parent \\\"q\\\"\"",
            "\"serviceName\":\"ingest\"",
            "\"rows\":\"42\"",
            "\"error\":\"disk full\"",
            "\"links\":\"00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01\"",
            "\"value\":\"committed\"");
    // YAML reads all of JSON, so this shows that it is well-formed.
    assertThat(new Load(LoadSettings.builder().build()).loadFromString(json))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(2);
  }

  @Test
  void spansGoOverOtlpToTheStandardEndpoint() throws Exception {
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (var telemetry =
        open(
            Map.of(
                "properties",
                "otel.traces.exporter=otlp,otel.exporter.otlp.endpoint=" + endpoint))) {
      telemetry.tracer().spanBuilder("sent").startSpan().end();
    }
    Posted first = next();
    assertThat(first.path()).isEqualTo("/v1/traces");
    assertThat(first.body()).contains("sent", "ingest");
  }

  @Test
  void spansThatGoNowhereAreNotRecordedButThoseOfACallerWhoRecordsAre() {
    String caller = "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01";
    try (var telemetry = open(Map.of())) {
      Span own = telemetry.tracer().spanBuilder("own").startSpan();
      assertThat(own.isRecording()).isFalse();
      assertThat(own.getSpanContext().isValid()).isTrue();
      Span child =
          telemetry
              .tracer()
              .spanBuilder("child")
              .setParent(TraceParents.toContext(caller))
              .startSpan();
      assertThat(child.getSpanContext().isSampled()).isTrue();
      assertThat(child.getSpanContext().getTraceId()).isEqualTo("a".repeat(32));
    }
    try (var telemetry = open(Map.of("properties", "otel.traces.sampler=always_on"))) {
      assertThat(telemetry.tracer().spanBuilder("own").startSpan().isRecording()).isTrue();
    }
  }

  @Test
  void turnedOffNothingIsRecorded() {
    try (var telemetry = Telemetry.open(TelemetryConfig.off(), "ingest")) {
      assertThat(telemetry.metricsPort()).isEmpty();
      assertThat(telemetry.tracer().spanBuilder("x").startSpan().isRecording()).isFalse();
    }
  }

  @Test
  void onlyOpenTelemetrysPropertiesAreTaken() {
    assertThatThrownBy(
            () -> ConfigLoader.with(TelemetryConfig.class, Map.of("properties", "traces=zipkin")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("otel.NAME=VALUE");
  }

  @Test
  void traceParentsAreReadAsTheyAreWritten() {
    String text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assertThat(TraceParents.of(TraceParents.parse(text))).isEqualTo(text);
    assertThat(TraceParents.parse(text).isRemote()).isTrue();
    assertThat(TraceParents.parse(text).isSampled()).isTrue();
    assertThat(TraceParents.current()).isEmpty();
    for (String bad :
        new String[] {
          "",
          "00",
          text.replace("-01", ""),
          text.toUpperCase(java.util.Locale.ROOT),
          text.replace("00-", "ff-"),
          "00-" + "0".repeat(32) + "-b7ad6b7169203331-01"
        }) {
      assertThat(TraceParents.parse(bad).isValid()).as(bad).isFalse();
      assertThat(TraceParents.toContext(bad)).isEqualTo(io.opentelemetry.context.Context.current());
    }
  }

  private static Telemetry open(Map<String, String> settings) {
    return Telemetry.open(ConfigLoader.with(TelemetryConfig.class, settings), "ingest", Map.of());
  }

  private Posted next() throws InterruptedException {
    Posted first = posted.poll(60, TimeUnit.SECONDS);
    if (first == null) {
      throw new AssertionError("nothing was sent");
    }
    return first;
  }

  private static HttpServer listen() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String get(int port, String path) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
