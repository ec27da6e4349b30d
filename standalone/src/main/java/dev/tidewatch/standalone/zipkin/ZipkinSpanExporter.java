package dev.tidewatch.standalone.zipkin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Sends spans to a Zipkin in its own JSON (API v2), since Zipkin takes no OTLP. Links become a tag,
 * which is all that Zipkin has for them. Thread-safe.
 */
public final class ZipkinSpanExporter implements SpanExporter {
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI spansUri;

  /**
   * @param base such as {@code http://127.0.0.1:9411}
   */
  public ZipkinSpanExporter(URI base) {
    this.spansUri = base.resolve("/api/v2/spans");
  }

  /** Returns when Zipkin has answered. */
  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    try {
      var request =
          HttpRequest.newBuilder(spansUri)
              .timeout(TIMEOUT)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(array(spans))))
              .build();
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status / 100 == 2
          ? CompletableResultCode.ofSuccess()
          : CompletableResultCode.ofExceptionalFailure(
              new IOException("Zipkin answered " + status));
    } catch (IOException e) {
      return CompletableResultCode.ofExceptionalFailure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CompletableResultCode.ofExceptionalFailure(e);
    }
  }

  private ArrayNode array(Collection<SpanData> spans) {
    var array = json.createArrayNode();
    for (var span : spans) {
      var node = array.addObject();
      node.put("traceId", span.getTraceId());
      node.put("id", span.getSpanId());
      if (SpanId.isValid(span.getParentSpanId())) {
        node.put("parentId", span.getParentSpanId());
      }
      node.put("name", span.getName());
      if (span.getKind() != SpanKind.INTERNAL) {
        node.put("kind", span.getKind().name());
      }
      long startMicros = span.getStartEpochNanos() / 1_000;
      node.put("timestamp", startMicros);
      node.put("duration", Math.max(1, span.getEndEpochNanos() / 1_000 - startMicros));
      String service = span.getResource().getAttribute(SERVICE);
      node.putObject("localEndpoint").put("serviceName", service == null ? "unknown" : service);
      var tags = node.putObject("tags");
      span.getAttributes().forEach((key, value) -> tags.put(key.getKey(), String.valueOf(value)));
      if (!span.getLinks().isEmpty()) {
        tags.put(
            "links",
            span.getLinks().stream()
                .map(link ->
                    link.getSpanContext().getTraceId() + "/" + link.getSpanContext().getSpanId())
                .collect(Collectors.joining(" ")));
      }
      if (span.getStatus().getStatusCode() == StatusData.error().getStatusCode()) {
        tags.put("error", span.getStatus().getDescription());
      }
    }
    return array;
  }

  /** Nothing waits here: every export is sent at once. */
  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    http.close();
    return CompletableResultCode.ofSuccess();
  }
}
