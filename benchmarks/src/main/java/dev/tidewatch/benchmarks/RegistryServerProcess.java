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

/** A registry server in a JVM of its own with a heap of 512 MB. */
final class RegistryServerProcess implements AutoCloseable {
  private static final long START_MINUTES_MAX = 2;

  private final Process process;
  private final int port;

  private RegistryServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param artifacts its folder
   * @param log takes what it prints
   * @param flags settings of the server beside ports, database and keys
   */
  static RegistryServerProcess start(
      String databaseUrl, Path artifacts, Path log, List<String> flags)
      throws IOException, InterruptedException {
    int port = freePort();
    var arguments =
        new ArrayList<>(
            List.of(
                "--registry.grpc.port=" + port,
                "--registry.telemetry.enabled=false",
                "--registry.database.url=" + databaseUrl,
                "--registry.artifacts.folder=" + artifacts,
                "--registry.security.auth=off"));
    arguments.addAll(flags);
    var process =
        ChildJvm.of(
                dev.tidewatch.registry.Main.class,
                List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
                arguments)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      awaitListening(process, port, log);
      return new RegistryServerProcess(process, port);
    } catch (Throwable e) {
      process.destroyForcibly();
      throw e;
    }
  }

  int port() {
    return port;
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
              "the registry server ended with code %d:%n%s"
                  .formatted(process.exitValue(), Files.readString(log)),
              e);
        }
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Asks it to drain and stop, and waits. */
  @Override
  public void close() {
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
