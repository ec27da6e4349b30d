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
 * A monitor server in a JVM of its own with a heap of 512 MB, whose use is sampled all the time. A
 * server that runs out of heap ends at once.
 */
public final class MonitorServerProcess implements AutoCloseable {
  private static final long START_MINUTES_MAX = 2;

  private final Process process;
  private final int port;
  private final Path log;
  private final HeapWatch heap;

  private MonitorServerProcess(Process process, int port, Path log, HeapWatch heap) {
    this.process = process;
    this.port = port;
    this.log = log;
    this.heap = heap;
  }

  /**
   * Starts it on any free port and waits until it listens.
   *
   * @param log takes what it prints
   * @param flags settings of the server beside ports, database, ingest and keys
   */
  public static MonitorServerProcess start(
      String databaseUrl, int ingestPort, Path log, List<String> flags)
      throws IOException, InterruptedException {
    return start(freePort(), databaseUrl, ingestPort, log, flags);
  }

  /** As {@link #start(String, int, Path, List)}, on the port that another one had. */
  public static MonitorServerProcess start(
      int port, String databaseUrl, int ingestPort, Path log, List<String> flags)
      throws IOException, InterruptedException {
    int metricsPort = freePort();
    var arguments =
        new ArrayList<>(
            List.of(
                "--monitor.grpc.port=" + port,
                "--monitor.telemetry.metrics-port=" + metricsPort,
                "--monitor.database.url=" + databaseUrl,
                "--monitor.ingest.target=localhost:" + ingestPort,
                "--monitor.security.auth=off"));
    arguments.addAll(flags);
    var process =
        ChildJvm.of(
                dev.tidewatch.monitor.Main.class,
                List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
                arguments)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      awaitListening(process, port, log);
      return new MonitorServerProcess(process, port, log, HeapWatch.start(metricsPort));
    } catch (Throwable e) {
      process.destroyForcibly();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  /** The most heap that was seen in use, in MB of 2^20 bytes, garbage included. */
  public double heapMbMax() {
    return heap.usedMbMax();
  }

  public double cpuSeconds() {
    return ProcessCpu.seconds(process.pid());
  }

  /**
   * Says whether it still runs.
   *
   * @throws IOException if it has ended, with the end of its log
   */
  public void assertAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(
          "the monitor server ended with code " + process.exitValue() + ":\n" + tail(log));
    }
  }

  /** Tells the end of its log to standard error: for whoever wants to know why a bench failed. */
  public void printLog() throws IOException {
    System.err.println("the end of the monitor server's log:\n" + tail(log));
  }

  /** {@code kill -9}; returns when it is dead. */
  public void kill() throws InterruptedException {
    heap.close();
    process.destroyForcibly().waitFor();
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
              "the monitor server ended with code " + process.exitValue() + ":\n" + tail(log), e);
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
