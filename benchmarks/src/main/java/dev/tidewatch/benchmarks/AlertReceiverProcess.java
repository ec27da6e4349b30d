package dev.tidewatch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.standalone.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** An {@link AlertReceiver} that this process started, and what it received. */
public final class AlertReceiverProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final URI base;

  private AlertReceiverProcess(Process process, URI base) {
    this.process = process;
    this.base = base;
  }

  /**
   * A transition of an alert, as a receiver was told of it.
   *
   * @param nanos when it came, by {@link System#nanoTime}
   * @param to state of the contract
   * @param time of the transition, ISO-8601
   * @param trace id of the trace in the alert
   */
  public record Told(
      String delivery,
      String traceparent,
      long nanos,
      String alert,
      String series,
      String to,
      String time,
      String trace) {}

  /** Starts it and waits until it listens. */
  public static AlertReceiverProcess start() throws IOException {
    Process process =
        ChildJvm.of(AlertReceiver.class, List.of("-Xmx256m"), List.of())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String port = process.inputReader().readLine();
    if (port == null) {
      throw new IOException("the webhook receiver did not start");
    }
    return new AlertReceiverProcess(process, URI.create("http://127.0.0.1:" + port));
  }

  /** Where alerts are to be sent. */
  public URI url() {
    return base.resolve("/alerts");
  }

  /** Everything so far, in the order of arrival. */
  public List<Told> received() throws IOException, InterruptedException {
    return received(base);
  }

  /**
   * Everything that a receiver has had so far.
   *
   * @param url any of it
   */
  static List<Told> received(URI url) throws IOException, InterruptedException {
    var all = new ArrayList<Told>();
    try (var http = HttpClient.newHttpClient()) {
      String lines =
          http.send(
                  HttpRequest.newBuilder(url.resolve("/received")).build(), BodyHandlers.ofString())
              .body();
      for (String line : lines.lines().toList()) {
        JsonNode node = JSON.readTree(line);
        all.add(
            new Told(
                node.path("delivery").asText(),
                node.path("traceparent").asText(),
                node.path("nanos").asLong(),
                node.path("alert").asText(),
                node.path("series").asText(),
                node.path("to").asText(),
                node.path("time").asText(),
                node.path("trace").asText()));
      }
    }
    return all;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
