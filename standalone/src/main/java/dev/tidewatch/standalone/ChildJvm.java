package dev.tidewatch.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of JVMs that run a class of this classpath in a process of its own. */
public final class ChildJvm {
  /**
   * System property of this JVM with options for all its children, separated by spaces: tests,
   * whose children live for seconds, have them compile less.
   */
  private static final String OPTIONS = "tidewatch.child.jvm.options";

  /**
   * Options that servers run with everywhere. G1 by itself looks through the whole heap every few
   * seconds here, since readings come and go fast, and each look ends with a pause of 20 to 60 ms
   * in which nobody is answered; with these it waits until there is something to find.
   */
  public static final List<String> SERVER_OPTIONS =
      List.of("-XX:-G1UseAdaptiveIHOP", "-XX:InitiatingHeapOccupancyPercent=70");

  private ChildJvm() {}

  /**
   * A process that runs {@code main} on this JVM's own java and classpath; not started yet.
   *
   * @param jvmOptions go before those of the system property {@code tidewatch.child.jvm.options}
   */
  public static ProcessBuilder of(Class<?> main, List<String> jvmOptions, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(jvmOptions);
    for (String option : System.getProperty(OPTIONS, "").split(" ", -1)) {
      if (!option.isEmpty()) {
        command.add(option);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  /**
   * Runs to the end and gives the last line of standard output; standard error is this process's.
   *
   * @throws IOException if the process ends with another code than 0
   */
  public static String lastLineOf(ProcessBuilder builder) throws IOException, InterruptedException {
    var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String last = "";
      try (var lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = line;
        }
      }
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException("exit code " + code + " of " + builder.command().getLast());
      }
      return last;
    } finally {
      process.destroyForcibly();
    }
  }
}
