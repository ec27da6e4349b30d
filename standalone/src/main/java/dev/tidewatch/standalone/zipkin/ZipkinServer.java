package dev.tidewatch.standalone.zipkin;

import dev.tidewatch.standalone.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Zipkin in a process of its own, spans in its memory; gone when closed. */
public final class ZipkinServer implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration SPANS_WAIT_MAX = Duration.ofSeconds(15);

  private final Process process;
  private final URI base;

  private ZipkinServer(Process process, URI base) {
    this.process = process;
    this.base = base;
  }

  /**
   * Starts Zipkin on a free loopback port and waits until it answers.
   *
   * @param execJar {@code io.zipkin:zipkin-server} with classifier {@code exec}
   * @param log where its output goes
   * @throws IOException if it does not answer within a minute
   */
  public static ZipkinServer start(Path execJar, Path log)
      throws IOException, InterruptedException {
    int port = FreePort.take();
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(List.of(java, "-Xmx256m", "-jar", execJar.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("QUERY_PORT", Integer.toString(port));
    builder.environment().put("STORAGE_TYPE", "mem");
    builder.environment().put("SELF_TRACING_ENABLED", "false");
    var server = new ZipkinServer(builder.start(), URI.create("http://127.0.0.1:" + port));
    try {
      server.awaitHealth(log);
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void awaitHealth(Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    try (var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
      var probe =
          HttpRequest.newBuilder(base.resolve("/health")).timeout(Duration.ofSeconds(2)).build();
      while (System.nanoTime() < deadline && process.isAlive()) {
        try {
          if (http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // not listening yet
        }
        process.waitFor(200, TimeUnit.MILLISECONDS);
      }
    }
    throw new IOException(
        "Zipkin did not answer within " + START_MAX + "; its output is in " + log);
  }

  /** Where it listens. */
  public URI base() {
    return base;
  }

  /** The page that shows one trace. */
  public URI tracePage(String traceId) {
    return base.resolve("/zipkin/traces/" + traceId);
  }

  /** Waits until Zipkin can show the trace, for a few seconds at most. */
  public void await(String traceId) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(base.resolve("/api/v2/trace/" + traceId))
            .timeout(Duration.ofSeconds(5))
            .build();
    long deadline = System.nanoTime() + SPANS_WAIT_MAX.toNanos();
    try (var http = HttpClient.newHttpClient()) {
      while (System.nanoTime() < deadline
          && http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
        process.waitFor(200, TimeUnit.MILLISECONDS);
      }
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
