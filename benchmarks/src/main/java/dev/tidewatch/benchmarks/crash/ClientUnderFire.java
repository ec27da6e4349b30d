package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.standalone.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client of the campaign, as seen by the campaign. */
final class ClientUnderFire implements AutoCloseable {
  private static final List<String> JVM_OPTIONS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
  private static final long STOP_SECONDS_MAX = 120;

  private final List<String> arguments;
  private final List<Script> scripts;
  private final Path log;
  private Process process;

  private ClientUnderFire(List<String> arguments, List<Script> scripts, Path log, Process process) {
    this.arguments = arguments;
    this.scripts = scripts;
    this.log = log;
    this.process = process;
  }

  static ClientUnderFire start(int port, Path folder, int number, int clients, long seed)
      throws IOException {
    List<String> arguments =
        List.of(
            Integer.toString(port),
            folder.toString(),
            Integer.toString(number),
            Integer.toString(clients),
            Long.toString(seed));
    Path log = folder.resolve("client-" + number + ".log");
    return new ClientUnderFire(
        arguments, Script.ofClient(seed, number), log, launch(arguments, log));
  }

  private static Process launch(List<String> arguments, Path log) throws IOException {
    return ChildJvm.of(CrashClient.class, JVM_OPTIONS, arguments)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** What its writers send. */
  List<Script> scripts() {
    return scripts;
  }

  /** Without warning (SIGKILL); returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void startAgain() throws IOException {
    process = launch(arguments, log);
  }

  /**
   * @throws IllegalStateException if it ended by itself
   */
  void assertAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "a client ended by itself with " + process.exitValue() + "; see " + log);
    }
  }

  /** Tells it to send no more; {@link #awaitEnd} waits. */
  void stop() throws IOException {
    process.getOutputStream().close();
  }

  /** Returns when its last reading is acknowledged. */
  void awaitEnd() throws InterruptedException {
    if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a client does not end; see " + log);
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "a client failed with " + process.exitValue() + "; see " + log);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
