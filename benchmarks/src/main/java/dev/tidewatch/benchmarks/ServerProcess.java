package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server in a JVM of its own with a heap of 512 MB, always at the same port of loopback, which
 * everybody may call. One that runs out of heap ends at once. Used by one thread, but for {@link
 * #assertAlive}.
 */
public final class ServerProcess implements AutoCloseable {
  private static final long START_SECONDS_MAX = 120;
  private static final long STOP_SECONDS_MAX = 60;
  private static final int LOG_LINES_TOLD = 20;

  private final Kind kind;
  private final List<String> jvmOptions;
  private final List<String> settings;
  private final Path log;
  private final int port;
  private final int metricsPort;
  private volatile Process process;
  private @Nullable HeapWatch heap;

  /** Which server. */
  public enum Kind {
    INGEST("ingest", dev.tidewatch.ingest.Main.class),
    REGISTRY("registry", dev.tidewatch.registry.Main.class),
    MONITOR("monitor", dev.tidewatch.monitor.Main.class);

    private final String section;
    private final Class<?> main;

    Kind(String section, Class<?> main) {
      this.section = section;
      this.main = main;
    }
  }

  private ServerProcess(
      Kind kind,
      List<String> jvmOptions,
      List<String> settings,
      Path log,
      int port,
      int metricsPort)
      throws IOException {
    this.kind = kind;
    this.jvmOptions = jvmOptions;
    this.settings = settings;
    this.log = log;
    this.port = port;
    this.metricsPort = metricsPort;
    this.process = launch();
  }

  /** As {@link #start(Kind, List, String, Path, List)}, without more options of the JVM. */
  static ServerProcess start(Kind kind, String databaseUrl, Path log, List<String> settings)
      throws IOException, InterruptedException {
    return start(kind, List.of(), databaseUrl, log, settings);
  }

  /**
   * Starts it on any free port and waits until it listens.
   *
   * @param jvmOptions beside the size of the heap
   * @param log takes what it prints
   * @param settings beside ports, database and keys
   */
  public static ServerProcess start(
      Kind kind, List<String> jvmOptions, String databaseUrl, Path log, List<String> settings)
      throws IOException, InterruptedException {
    int port = FreePort.take();
    int metricsPort = FreePort.take();
    var options = new ArrayList<>(ChildJvm.SERVER_OPTIONS);
    options.addAll(List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"));
    options.addAll(jvmOptions);
    String section = "--" + kind.section;
    var all =
        new ArrayList<>(
            List.of(
                section + ".grpc.host=127.0.0.1",
                section + ".grpc.port=" + port,
                section + ".telemetry.metrics-port=" + metricsPort,
                section + ".database.url=" + databaseUrl,
                section + ".security.auth=off"));
    all.addAll(settings);
    var server = new ServerProcess(kind, options, all, log, port, metricsPort);
    try {
      server.awaitListening();
      return server;
    } catch (Throwable e) {
      server.process.destroyForcibly();
      throw e;
    }
  }

  private Process launch() throws IOException {
    return ChildJvm.of(kind.main, jvmOptions, settings)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private void awaitListening() throws IOException, InterruptedException {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (true) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        assertAlive();
        if (System.nanoTime() > giveUp) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  public int port() {
    return port;
  }

  double cpuSeconds() {
    return ProcessCpu.seconds(process.pid());
  }

  /** Samples its heap from now to its end. */
  HeapWatch watchHeap() {
    if (heap == null) {
      heap = HeapWatch.start(metricsPort);
    }
    return heap;
  }

  /**
   * Says whether it still runs.
   *
   * @throws IllegalStateException if it ended by itself, with the end of its log
   */
  public void assertAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "the %s server ended by itself with code %d; the end of %s:%n%s"
              .formatted(kind.section, process.exitValue(), log, tail()));
    }
  }

  /** Tells the end of its log to standard error: for whoever wants to know why a bench failed. */
  void printLog() {
    System.err.printf("the end of the %s server's log:%n%s%n", kind.section, tail());
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_TOLD), lines.size()));
    } catch (IOException e) {
      return "it cannot be read: " + e.getMessage();
    }
  }

  /** Without warning (SIGKILL); returns when it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** After a kill or a stop; returns when it takes connections. */
  public void startAgain() throws IOException, InterruptedException {
    process = launch();
    awaitListening();
  }

  /**
   * With a drain (SIGTERM).
   *
   * @throws IllegalStateException if it does not end
   */
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the " + kind.section + " server does not stop");
    }
  }

  /** Asks it to drain and stop, and waits; kills it if it takes too long. */
  @Override
  public void close() {
    if (heap != null) {
      heap.close();
    }
    try {
      stop();
    } catch (IllegalStateException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
