package dev.tidewatch.serverkit.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@code main} of the tests' class path in a JVM of its own, to be signalled or killed. */
public final class ChildJvm implements AutoCloseable {
  private static final String END = "\0end of output";

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();
  private final Thread reader;

  private ChildJvm(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().start(this::read);
  }

  /** Starts it with the environment of this process and {@code environment} on top. */
  public static ChildJvm start(Class<?> main, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(Arrays.asList(args));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start());
  }

  /** The rest of the first line of output that starts with {@code prefix}. */
  public String awaitLine(String prefix) throws InterruptedException {
    while (true) {
      String line = lines.poll(120, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError("no line '" + prefix + "…' in the output:\n" + output());
      }
      if (line.startsWith(prefix)) {
        return line.substring(prefix.length()).strip();
      }
    }
  }

  /** SIGTERM. */
  public void terminate() {
    signal(process.toHandle().destroy());
  }

  /** SIGKILL, and waits for the end. */
  public void kill() throws InterruptedException {
    signal(process.toHandle().destroyForcibly());
    process.waitFor();
  }

  /** Waits for the end and for all output, and gives the exit code. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("still runs; its output:\n" + output());
    }
    reader.join(TimeUnit.SECONDS.toMillis(10));
    return process.exitValue();
  }

  /** All output so far. */
  public String output() {
    synchronized (seen) {
      return String.join("\n", seen);
    }
  }

  // Through the handle: the process itself would close the streams at once.
  private static void signal(boolean sent) {
    if (!sent) {
      throw new AssertionError("the process did not take the signal");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void read() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (seen) {
          seen.add(line);
        }
        lines.add(line);
      }
    } catch (IOException e) {
      synchronized (seen) {
        seen.add("output ended: " + e);
      }
    }
    lines.add(END);
  }
}
