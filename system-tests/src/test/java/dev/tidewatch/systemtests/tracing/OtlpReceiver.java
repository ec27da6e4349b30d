package dev.tidewatch.systemtests.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * Takes spans by OTLP over HTTP, as a collector does, and keeps them. Speaks the binary form of the
 * protocol ({@code POST /v1/traces}, {@code application/x-protobuf}, gzip or plain). Thread-safe.
 */
final class OtlpReceiver implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<ReceivedSpan> spans = new ArrayList<>();

  private OtlpReceiver(HttpServer http) {
    this.http = http;
  }

  /** Listens on a free loopback port. */
  static OtlpReceiver open() throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var receiver = new OtlpReceiver(HttpServer.create(address, 0));
    receiver.http.createContext("/v1/traces", receiver::take);
    receiver.http.setExecutor(receiver.executor);
    receiver.http.start();
    return receiver;
  }

  /** What {@code OTEL_EXPORTER_OTLP_ENDPOINT} is to be. */
  String endpoint() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** Everything that has arrived so far. */
  List<ReceivedSpan> spans() {
    synchronized (spans) {
      return List.copyOf(spans);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      InputStream body = exchange.getRequestBody();
      var request = ExportTraceServiceRequest.parseFrom(zipped ? new GZIPInputStream(body) : body);
      synchronized (spans) {
        for (var resource : request.getResourceSpansList()) {
          keep(resource);
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
      if (answer.length > 0) {
        exchange.getResponseBody().write(answer);
      }
    }
  }

  private void keep(ResourceSpans resource) {
    for (var scope : resource.getScopeSpansList()) {
      for (var span : scope.getSpansList()) {
        spans.add(ReceivedSpan.of(resource.getResource(), span));
      }
    }
  }

  @Override
  public void close() {
    http.stop(0);
    executor.shutdownNow();
  }
}
