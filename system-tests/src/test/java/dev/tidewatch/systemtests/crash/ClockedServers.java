package dev.tidewatch.systemtests.crash;

import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.LogFormat;
import dev.tidewatch.serverkit.telemetry.Logging;
import dev.tidewatch.standalone.Addresses;
import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.systemtests.fixture.SettableClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The four servers in a process of their own, whose domain clock stands where it was last set: for
 * tests that kill it. Its database outlives a kill. One thread at a time.
 */
final class ClockedServers implements AutoCloseable {
  private static final long STOP_SECONDS_MAX = 60;

  private final Process process;
  private final BufferedReader out;
  private final PrintWriter in;
  private final Addresses addresses;

  private ClockedServers(Process process) throws IOException {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.addresses = Addresses.fromJsonLine(line());
  }

  /** Starts them and waits until all four answer. */
  static ClockedServers start(Path data, Path log, Ports ports, Instant now, List<String> flags)
      throws IOException {
    var arguments = new ArrayList<>(List.of(data.toString(), ports.toString()));
    arguments.add(now.toString());
    arguments.addAll(flags);
    var process =
        ChildJvm.of(
                Main.class,
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                arguments)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      return new ClockedServers(process);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw new IOException("the servers in " + data + " did not start; see " + log, e);
    }
  }

  private String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the servers ended");
    }
    return line;
  }

  Addresses addresses() {
    return addresses;
  }

  /** Sets the domain clock of all four; returns when it is. */
  void set(Instant now) throws IOException {
    in.println(now);
    String answer = line();
    if (!answer.equals(now.toString())) {
      throw new IOException("the clock is at " + answer + ", not at " + now);
    }
  }

  /** Without warning (SIGKILL); returns when the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Stops servers and database; those that were killed have no one left to do it. */
  @Override
  public void close() {
    in.close();
    try {
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The process: a time on each line of standard input, said again when the clock is there. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
      Logging.install(new LogConfig(LogFormat.AUTO, LogConfig.Level.INFO));
      var clock = new SettableClock(Instant.parse(args[2]));
      List<Integer> ports = List.of(args[1].split(",", -1)).stream().map(Integer::valueOf).toList();
      var config =
          StandaloneConfig.in(Path.of(args[0]))
              .withPorts(new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3)))
              .withFlags(List.of(args).subList(3, args.length));
      var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      try (var standalone = Standalone.launch(config, clock)) {
        System.out.println(standalone.addresses().toJsonLine());
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          clock.advance(Duration.between(clock.instant(), Instant.parse(line)));
          System.out.println(clock.instant());
        }
      }
      System.exit(0);
    }
  }
}
