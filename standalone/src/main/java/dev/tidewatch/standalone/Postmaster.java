package dev.tidewatch.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The main process of an embedded PostgreSQL, for whoever wants to see it die. */
public final class Postmaster {
  private static final int DEPTH_MAX = 3;

  private final ProcessHandle process;

  private Postmaster(ProcessHandle process) {
    this.process = process;
  }

  /**
   * The one that runs on data below the folder.
   *
   * @throws IOException if the folder cannot be read
   */
  public static Optional<Postmaster> in(Path folder) throws IOException {
    try (var files =
        Files.find(folder, DEPTH_MAX, (file, about) -> file.endsWith("postmaster.pid"))) {
      var pidFile = files.findFirst();
      if (pidFile.isEmpty()) {
        return Optional.empty();
      }
      long pid = Long.parseLong(Files.readAllLines(pidFile.get()).getFirst().strip());
      return ProcessHandle.of(pid).map(Postmaster::new);
    }
  }

  /** Kills it and all its processes without warning (SIGKILL), and waits until it is gone. */
  public void kill() {
    var children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
  }
}
