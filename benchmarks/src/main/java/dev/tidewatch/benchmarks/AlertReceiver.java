package dev.tidewatch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * A webhook receiver in a process of its own: prints its port, takes deliveries at {@code /alerts},
 * and tells at {@code /received} what came: one line of JSON for each request.
 *
 * <p>Times are {@link System#nanoTime}, which on Linux is one clock for all processes of a machine.
 */
public final class AlertReceiver {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Received(String delivery, String traceparent, long nanos, String body) {}

  private final List<Received> received = new ArrayList<>();

  private AlertReceiver() {}

  public static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
    var receiver = new AlertReceiver();
    var http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/alerts", receiver::take);
    http.createContext("/received", receiver::tell);
    http.start();
    System.out.println(http.getAddress().getPort());
    System.out.flush();
    // It lives as long as whoever started it.
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var headers = exchange.getRequestHeaders();
      synchronized (received) {
        received.add(
            new Received(
                String.valueOf(headers.getFirst("Tidewatch-Delivery")),
                String.valueOf(headers.getFirst("traceparent")),
                now,
                body));
      }
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private void tell(HttpExchange exchange) throws IOException {
    List<Received> all;
    synchronized (received) {
      all = List.copyOf(received);
    }
    var lines = new StringBuilder();
    for (Received one : all) {
      for (JsonNode event : JSON.readTree(one.body()).path("events")) {
        var line = JSON.createObjectNode();
        line.put("delivery", one.delivery());
        line.put("traceparent", one.traceparent());
        line.put("nanos", one.nanos());
        line.put("alert", event.path("alert").path("id").asText());
        line.put("series", event.path("alert").path("labels").path("series").asText());
        line.put("to", event.path("transition").path("to").asText());
        line.put("time", event.path("transition").path("time").asText());
        line.put("trace", event.path("alert").path("traceId").asText());
        lines.append(line).append('\n');
      }
    }
    try (exchange) {
      byte[] answer = lines.toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
      if (answer.length > 0) {
        exchange.getResponseBody().write(answer);
      }
    }
  }
}
