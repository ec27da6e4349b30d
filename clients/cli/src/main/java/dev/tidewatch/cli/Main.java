package dev.tidewatch.cli;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs one tidewatch command. */
public final class Main {
  private static final int COLUMNS_WITHOUT_TERMINAL = 100;

  /** Less than this is what a pseudo-terminal without a size says. */
  private static final int COLUMNS_MIN = 20;

  private Main() {}

  /** Exits with the command's code. */
  public static void main(String[] args) {
    quietLibraries();
    boolean terminal = isTerminal();
    // Buffered, since an export may print millions of lines; errors go out at once.
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
            terminal,
            StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Map<String, String> environment = System.getenv();
    var surroundings =
        new Surroundings(
            out,
            err,
            environment,
            InstantSource.system(),
            terminal,
            terminal ? columns(environment) : COLUMNS_WITHOUT_TERMINAL);
    int code = run(args, surroundings);
    out.flush();
    System.exit(code);
  }

  /**
   * What libraries log is not for the user of a command; where a logger is there, it keeps to
   * errors.
   */
  private static void quietLibraries() {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "dev/tidewatch/cli/logback.xml");
    }
    Logger.getLogger("").setLevel(Level.SEVERE);
  }

  /**
   * Runs one command inside another program, as if without a terminal. Thread-safe.
   *
   * @return the exit code, as {@code tidewatch --help} lists them
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(
        args,
        new Surroundings(
            out, err, System.getenv(), InstantSource.system(), false, COLUMNS_WITHOUT_TERMINAL));
  }

  static int run(String[] args, Surroundings surroundings) {
    GlobalOptions options = new GlobalOptions();
    try (var session = new Session(surroundings, options)) {
      return CommandTree.of(session).execute(args);
    }
  }

  @SuppressWarnings("SystemConsoleNull") // seen to be null on Java 25 behind a pipe
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** COLUMNS is set by few shells for their children; the terminal itself knows. */
  private static int columns(Map<String, String> environment) {
    String set = environment.get("COLUMNS");
    try {
      if (set != null) {
        return Integer.parseInt(set);
      }
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectErrorStream(true)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String[] rowsAndColumns = answer.strip().split(" ", -1);
      if (stty.waitFor(1, TimeUnit.SECONDS) && rowsAndColumns.length == 2) {
        int told = Integer.parseInt(rowsAndColumns[1]);
        return told < COLUMNS_MIN ? COLUMNS_WITHOUT_TERMINAL : told;
      }
    } catch (IOException | NumberFormatException e) {
      return COLUMNS_WITHOUT_TERMINAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return COLUMNS_WITHOUT_TERMINAL;
  }
}
