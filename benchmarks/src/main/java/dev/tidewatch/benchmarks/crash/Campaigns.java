package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What campaigns have in common. */
final class Campaigns {
  private static final List<String> JVM_OPTIONS = List.of("-XX:+UseSerialGC", "-Xshare:auto");

  private Campaigns() {}

  /** A server that starts fast, since it will be killed often. */
  static ServerProcess server(
      ServerProcess.Kind kind, DatabaseUnderFire database, Path log, List<String> settings)
      throws IOException, InterruptedException {
    return ServerProcess.start(kind, JVM_OPTIONS, database.url(), log, settings);
  }
}
