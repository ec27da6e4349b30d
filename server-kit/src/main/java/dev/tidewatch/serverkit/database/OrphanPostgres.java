package dev.tidewatch.serverkit.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PostgreSQL that a killed process left running in a data directory. */
final class OrphanPostgres {
  private static final Logger log = LoggerFactory.getLogger(OrphanPostgres.class);
  private static final Duration FAST_SHUTDOWN_WAIT = Duration.ofSeconds(30);
  private static final Duration IMMEDIATE_SHUTDOWN_WAIT = Duration.ofSeconds(30);

  private OrphanPostgres() {}

  /**
   * Stops the server whose {@code postmaster.pid} lies in the directory, if it runs: first
   * PostgreSQL's fast shutdown (SIGINT), then the immediate one (SIGQUIT), after which the next
   * start recovers from the log.
   */
  static void stopIn(Path data) throws IOException {
    Optional<ProcessHandle> running = find(data);
    if (running.isEmpty()) {
      return;
    }
    ProcessHandle postmaster = running.get();
    log.warn("stopping PostgreSQL {} that a killed process left in {}", postmaster.pid(), data);
    if (stop(postmaster, "INT", FAST_SHUTDOWN_WAIT)
        || stop(postmaster, "QUIT", IMMEDIATE_SHUTDOWN_WAIT)) {
      return;
    }
    throw new IllegalStateException(
        "PostgreSQL " + postmaster.pid() + " in " + data + " does not stop; stop it by hand");
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

  private static boolean runsIn(ProcessHandle process, Path data) {
    Path directory = Path.of("/proc", Long.toString(process.pid()), "cwd");
    try {
      return Files.isSameFile(directory, data);
    } catch (IOException noProc) {
      return process.info().commandLine().orElse("").contains(data.toString());
    }
  }

  private static boolean stop(ProcessHandle postmaster, String signal, Duration wait)
      throws IOException {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(postmaster.pid())).start().waitFor();
      long deadline = System.nanoTime() + wait.toNanos();
      while (postmaster.isAlive() && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while PostgreSQL was stopping", e);
    }
    return !postmaster.isAlive();
  }
}
