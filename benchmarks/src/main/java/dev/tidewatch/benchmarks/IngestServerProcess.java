package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.ChildJvm;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An ingest server in a JVM of its own with a heap of 512 MB, whose use is sampled all the time. A
 * server that runs out of heap ends at once.
 */
final class IngestServerProcess implements AutoCloseable {
  private static final long START_MINUTES_MAX = 2;

  private final Process process;
  private final int port;
  private final Path log;
  private final HeapWatch heap;

  private IngestServerProcess(Process process, int port, Path log, HeapWatch heap) {
    this.process = process;
    this.port = port;
    this.log = log;
    this.heap = heap;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param log takes what it prints
   * @param flags settings of the server beside ports, database and keys
   */
  static IngestServerProcess start(String databaseUrl, Path log, List<String> flags)
      throws IOException, InterruptedException {
    int port = freePort();
    int metricsPort = freePort();
    var arguments =
        new ArrayList<>(
            List.of(
                "--ingest.grpc.port=" + port,
                "--ingest.telemetry.metrics-port=" + metricsPort,
                "--ingest.database.url=" + databaseUrl,
                "--ingest.security.auth=off"));
    arguments.addAll(flags);
    var process =
        ChildJvm.of(
                dev.tidewatch.ingest.Main.class,
                List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
                arguments)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      awaitListening(process, port, log);
      return new IngestServerProcess(process, port, log, HeapWatch.start(metricsPort));
    } catch (Throwable e) {
      process.destroyForcibly();
      throw e;
    }
  }

  int port() {
    return port;
  }

  HeapWatch heap() {
    return heap;
  }

  double cpuSeconds() {
    return ProcessCpu.seconds(process.pid());
  }

  /**
   * Says whether it still runs.
   *
   * @throws IOException if it has ended, with the end of its log
   */
  void assertAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(
          "the ingest server ended with code " + process.exitValue() + ":\n" + tail(log));
    }
  }

  /** Tells the end of its log to standard error: for whoever wants to know why a bench failed. */
  void printLog() throws IOException {
    System.err.println("the end of the ingest server's log:\n" + tail(log));
  }

  private static void awaitListening(Process process, int port, Path log)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(START_MINUTES_MAX);
    while (true) {
      try {
        new Socket("localhost", port).close();
        return;
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw new IOException(
              "the ingest server ended with code " + process.exitValue() + ":\n" + tail(log), e);
        }
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Asks it to drain and stop, and waits. */
  @Override
  public void close() {
    heap.close();
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
