package dev.tidewatch.serverkit.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PostgreSQL that a killed process left running in a data directory. */
final class OrphanPostgres {
  private static final Logger log = LoggerFactory.getLogger(OrphanPostgres.class);
  private static final Duration FAST_SHUTDOWN_WAIT = Duration.ofSeconds(30);
  private static final Duration IMMEDIATE_SHUTDOWN_WAIT = Duration.ofSeconds(30);
  private static final Duration CHILDREN_WAIT = Duration.ofSeconds(20);

  private OrphanPostgres() {}

  /**
   * Stops the server whose {@code postmaster.pid} lies in the directory, if it runs: first
   * PostgreSQL's fast shutdown (SIGINT), then the immediate one (SIGQUIT), after which the next
   * start recovers from the log. Where the server itself was killed, waits for its children, which
   * hold its shared memory for a moment and would stop the next start.
   */
  static void stopIn(Path data) throws IOException {
    Optional<ProcessHandle> running = find(data);
    if (running.isPresent()) {
      ProcessHandle postmaster = running.get();
      log.warn("stopping PostgreSQL {} that a killed process left in {}", postmaster.pid(), data);
      boolean stopped =
          signal("INT", List.of(postmaster), data, FAST_SHUTDOWN_WAIT)
              || signal("QUIT", List.of(postmaster), data, IMMEDIATE_SHUTDOWN_WAIT);
      if (!stopped) {
        throw new IllegalStateException(
            "PostgreSQL " + postmaster.pid() + " in " + data + " does not stop; stop it by hand");
      }
    }
    if (!Files.isDirectory(data)) {
      return;
    }
    if (!await(() -> in(data).isEmpty(), CHILDREN_WAIT)) {
      List<ProcessHandle> children = in(data);
      log.warn("ending {} processes of a killed PostgreSQL in {}", children.size(), data);
      if (!signal("QUIT", children, data, IMMEDIATE_SHUTDOWN_WAIT)) {
        throw new IllegalStateException(
            "processes of a killed PostgreSQL in " + data + " do not end: " + children);
      }
    }
    // Nobody works here any more. PostgreSQL would believe the file as long as the id in it is
    // taken, be it by a dead
    // process that nobody has waited for, or by another program.
    Files.deleteIfExists(data.resolve("postmaster.pid"));
  }

  private static Optional<ProcessHandle> find(Path data) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException notRunning) {
      return Optional.empty();
    }
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    // The id may have gone to another program since: only one whose working directory is this one
    // is PostgreSQL here.
    return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
        .filter(ProcessHandle::isAlive)
        .filter(process -> runsIn(process, data));
  }

  /** All processes whose working directory is the data directory; PostgreSQL's always is. */
  private static List<ProcessHandle> in(Path data) {
    return ProcessHandle.allProcesses().filter(process -> runsIn(process, data)).toList();
  }

  private static boolean runsIn(ProcessHandle process, Path data) {
    Path directory = Path.of("/proc", Long.toString(process.pid()), "cwd");
    try {
      return Files.isSameFile(directory, data);
    } catch (IOException gone) {
      // No such process any more, another user's, or a system without /proc.
      return process.info().commandLine().orElse("").contains("postgres -D " + data);
    }
  }

  private static boolean signal(
      String signal, List<ProcessHandle> processes, Path data, Duration wait) throws IOException {
    for (ProcessHandle process : processes) {
      try {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    // A dead process that nobody waits for keeps its id, and is alive to Java; but it works
    // nowhere.
    return await(() -> processes.stream().noneMatch(process -> runsIn(process, data)), wait);
  }

  private static boolean await(BooleanSupplier condition, Duration wait) throws IOException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    return true;
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted while PostgreSQL was stopping", e);
  }
}
