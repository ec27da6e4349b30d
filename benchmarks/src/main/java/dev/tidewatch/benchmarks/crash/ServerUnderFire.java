package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.ingest.Main;
import dev.tidewatch.standalone.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of a campaign, a process of its own, always at the same port. */
final class ServerUnderFire implements AutoCloseable {
  private static final List<String> JVM_OPTIONS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-Xshare:auto");
  private static final long START_SECONDS_MAX = 120;
  private static final long STOP_SECONDS_MAX = 60;

  private final Class<?> main;
  private final List<String> settings;
  private final Path log;
  private final int port;
  private Process process;

  private ServerUnderFire(
      Class<?> main, List<String> settings, Path log, int port, Process process) {
    this.main = main;
    this.settings = settings;
    this.log = log;
    this.port = port;
    this.process = process;
  }

  /** An ingest server. */
  static ServerUnderFire start(DatabaseUnderFire database, Path log) throws Exception {
    return start(
        Main.class,
        "ingest",
        List.of(
            // A connection to nobody is found within 4 s.
            "--ingest.grpc.keep-alive-time=2s",
            "--ingest.grpc.keep-alive-timeout=2s",
            "--ingest.grpc.permit-keep-alive-time=5s",
            // Rollups are made while their hours still change.
            "--ingest.rollups.quiet=1s",
            "--ingest.database.url=" + database.url()),
        log);
  }

  /**
   * Any server.
   *
   * @param section that its settings begin with
   * @param more settings, beside where it listens and that everybody may call
   */
  static ServerUnderFire start(Class<?> main, String section, List<String> more, Path log)
      throws Exception {
    int port = FreePort.take();
    var settings = new ArrayList<String>(more);
    settings.add("--" + section + ".grpc.host=127.0.0.1");
    settings.add("--" + section + ".grpc.port=" + port);
    settings.add("--" + section + ".telemetry.metrics-port=0");
    settings.add("--" + section + ".security.auth=off");
    var server = new ServerUnderFire(main, settings, log, port, launch(main, settings, log));
    try {
      server.awaitListening();
      return server;
    } catch (Exception e) {
      server.close();
      throw e;
    }
  }

  private static Process launch(Class<?> main, List<String> settings, Path log) throws IOException {
    return ChildJvm.of(main, JVM_OPTIONS, settings)
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
    process = launch(main, settings, log);
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
