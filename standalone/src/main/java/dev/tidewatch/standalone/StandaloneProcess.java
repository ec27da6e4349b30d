package dev.tidewatch.standalone;

import dev.tidewatch.standalone.StandaloneConfig.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A standalone in a JVM of its own, on free ports of loopback: for benches, whose client must not
 * share its process, and for tests that kill it.
 */
public final class StandaloneProcess implements AutoCloseable {
  private static final long STOP_SECONDS_MAX = 60;

  private final Process process;
  private final Path data;
  private final Addresses addresses;

  private StandaloneProcess(Process process, Path data, Addresses addresses) {
    this.process = process;
    this.data = data;
    this.addresses = addresses;
  }

  /**
   * Starts it and waits until all four servers answer.
   *
   * @param data folder of its database and files
   * @param log where its standard error goes, appended
   * @param ports 0 is any free one; the metrics endpoints take free ones in any case
   * @param jvmOptions such as {@code -Xmx512m}, beside those of all servers
   * @param flags as for {@code tidewatch up}, beside data folder and ports
   * @throws IOException if it ends before it is up; the log says why
   */
  public static StandaloneProcess start(
      Path data, Path log, Ports ports, List<String> jvmOptions, List<String> flags)
      throws IOException {
    var arguments =
        new ArrayList<>(List.of("--data", data.toString(), "--ports", ports.toString(), "--json"));
    for (String server : List.of("ingest", "registry", "inference", "monitor")) {
      arguments.add("--" + server + ".telemetry.metrics-port=0");
    }
    arguments.addAll(flags);
    var options = new ArrayList<>(ChildJvm.SERVER_OPTIONS);
    options.addAll(jvmOptions);
    var process =
        ChildJvm.of(UpMain.class, options, arguments)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      BufferedReader out = process.inputReader();
      String line = out.readLine();
      if (line == null) {
        throw new IOException("the standalone in " + data + " did not start; see " + log);
      }
      return new StandaloneProcess(process, data, Addresses.fromJsonLine(line));
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  public Addresses addresses() {
    return addresses;
  }

  public long pid() {
    return process.pid();
  }

  /**
   * How the process ended: 143 after SIGTERM and a drain.
   *
   * @throws IllegalThreadStateException if it has not
   */
  public int exitCode() {
    return process.exitValue();
  }

  /** Kills the JVM without warning (SIGKILL) and waits until it is gone; postgres lives on. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Kills the JVM and its postgres without warning. */
  public void killWithDatabase() throws IOException, InterruptedException {
    var postmaster = Postmaster.in(data);
    process.destroyForcibly();
    postmaster.ifPresent(Postmaster::kill);
    process.waitFor();
  }

  @Override
  public void close() {
    stop();
  }

  /** Asks it to drain and stop (SIGTERM) and waits; kills it if that takes more than a minute. */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
