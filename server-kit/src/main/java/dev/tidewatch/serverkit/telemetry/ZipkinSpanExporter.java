package dev.tidewatch.serverkit.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a Zipkin server as its JSON, version 2, over HTTP. The mapping is the one of
 * OpenTelemetry's specification of Zipkin exporters; links become the tag {@code links}.
 * Thread-safe.
 */
final class ZipkinSpanExporter implements SpanExporter {
  private static final Logger log = LoggerFactory.getLogger(ZipkinSpanExporter.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final URI endpoint;
  private final HttpClient http;

  ZipkinSpanExporter(URI endpoint) {
    this.endpoint = endpoint;
    this.http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    var body = new StringBuilder("[");
    for (SpanData span : spans) {
      if (body.length() > 1) {
        body.append(',');
      }
      body.append(json(span));
    }
    body.append(']');
    var request =
        HttpRequest.newBuilder(endpoint)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    var result = new CompletableResultCode();
    CompletableFuture<?> _ =
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
            .handle((response, failure) -> {
              if (failure != null || response.statusCode() / 100 != 2) {
                log.debug(
                    "{} spans not taken by {}: {}",
                    spans.size(),
                    endpoint,
                    failure == null ? "HTTP " + response.statusCode() : failure);
                result.fail();
              } else {
                result.succeed();
              }
              return null;
            });
    return result;
  }

  static String json(SpanData span) {
    var out = new StringBuilder("{");
    Json.field(out, "traceId", span.getTraceId());
    Json.field(out, "id", span.getSpanId());
    if (span.getParentSpanContext().isValid()) {
      Json.field(out, "parentId", span.getParentSpanId());
    }
    Json.field(out, "name", span.getName());
    if (span.getKind() != SpanKind.INTERNAL) {
      Json.field(out, "kind", span.getKind().name());
    }
    Json.field(out, "timestamp", micros(span.getStartEpochNanos()));
    Json.field(
        out,
        "duration",
        Math.max(1, micros(span.getEndEpochNanos()) - micros(span.getStartEpochNanos())));
    String service = span.getResource().getAttribute(AttributeKey.stringKey("service.name"));
    Json.name(out, "localEndpoint").append('{');
    Json.field(out, "serviceName", service == null ? "unknown" : service).append('}');
    tags(out, span);
    annotations(out, span);
    return out.append('}').toString();
  }

  private static void tags(StringBuilder out, SpanData span) {
    Map<String, String> tags = new TreeMap<>();
    span.getAttributes().forEach((key, value) -> tags.put(key.getKey(), String.valueOf(value)));
    tags.put("otel.scope.name", span.getInstrumentationScopeInfo().getName());
    if (span.getStatus().getStatusCode() != StatusCode.UNSET) {
      tags.put("otel.status_code", span.getStatus().getStatusCode().name());
    }
    if (span.getStatus().getStatusCode() == StatusCode.ERROR) {
      tags.put("error", span.getStatus().getDescription());
    }
    if (!span.getLinks().isEmpty()) {
      tags.put(
          "links",
          String.join(
              " ",
              span.getLinks().stream()
                  .map(link -> TraceParents.of(link.getSpanContext()))
                  .toList()));
    }
    Json.name(out, "tags").append('{');
    tags.forEach((key, value) -> Json.field(out, key, value));
    out.append('}');
  }

  private static void annotations(StringBuilder out, SpanData span) {
    if (span.getEvents().isEmpty()) {
      return;
    }
    Json.name(out, "annotations").append('[');
    String separator = "";
    for (EventData event : span.getEvents()) {
      out.append(separator).append('{');
      Json.field(out, "timestamp", micros(event.getEpochNanos()));
      Json.field(out, "value", event.getName()).append('}');
      separator = ",";
    }
    out.append(']');
  }

  private static long micros(long nanos) {
    return nanos / 1_000;
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    http.shutdown();
    return CompletableResultCode.ofSuccess();
  }
}
