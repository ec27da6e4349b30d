package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.ingest.Main;
import dev.tidewatch.standalone.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The ingest server of the campaign, a process of its own, always at the same port. */
final class ServerUnderFire implements AutoCloseable {
  private static final List<String> JVM_OPTIONS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-Xshare:auto");
  private static final long START_SECONDS_MAX = 120;
  private static final long STOP_SECONDS_MAX = 60;

  private final DatabaseUnderFire database;
  private final Path log;
  private final int port;
  private Process process;

  private ServerUnderFire(DatabaseUnderFire database, Path log, int port, Process process) {
    this.database = database;
    this.log = log;
    this.port = port;
    this.process = process;
  }

  static ServerUnderFire start(DatabaseUnderFire database, Path log) throws Exception {
    int port = FreePort.take();
    var server = new ServerUnderFire(database, log, port, launch(database, log, port));
    try {
      server.awaitListening();
      return server;
    } catch (Exception e) {
      server.close();
      throw e;
    }
  }

  private static Process launch(DatabaseUnderFire database, Path log, int port) throws IOException {
    return ChildJvm.of(
            Main.class,
            JVM_OPTIONS,
            List.of(
                "--ingest.grpc.host=127.0.0.1",
                "--ingest.grpc.port=" + port,
                // A connection to nobody is found within 4 s.
                "--ingest.grpc.keep-alive-time=2s",
                "--ingest.grpc.keep-alive-timeout=2s",
                "--ingest.grpc.permit-keep-alive-time=5s",
                // Rollups are made while their hours still change.
                "--ingest.rollups.quiet=1s",
                "--ingest.telemetry.metrics-port=0",
                "--ingest.security.auth=off",
                "--ingest.database.url=" + database.url()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  int port() {
    return port;
  }

  /** Without warning (SIGKILL); returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** After a kill or a stop; returns when it takes connections. */
  void startAgain() throws Exception {
    process = launch(database, log, port);
    awaitListening();
  }

  /**
   * @throws IllegalStateException if it ended by itself
   */
  void assertAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "the server ended by itself with " + process.exitValue() + "; see " + log);
    }
  }

  private void awaitListening() throws Exception {
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

  /** With a drain (SIGTERM). */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not stop");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
