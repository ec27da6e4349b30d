package dev.tidewatch.standalone.backup;

import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.LogFormat;
import dev.tidewatch.serverkit.telemetry.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which archive, and where the databases and artifacts are that it is of. */
final class ArchiveOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".tidewatch/data",
      description = "Data folder of a standalone Tidewatch (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".tidewatch", "data");

  @Option(
      names = "--url",
      paramLabel = "SCHEMA=URL",
      description =
          "Database of one server, instead of --data: its JDBC URL with user and password. Once for"
              + " each of ingest, registry, inference and monitor.")
  private Map<String, String> urls = new LinkedHashMap<>();

  @Option(
      names = "--artifacts",
      paramLabel = "DIR",
      description = "The registry's artifacts.folder; needed with --url.")
  private @Nullable Path artifacts;

  @Parameters(paramLabel = "FILE", description = "The archive.")
  private Path file = Path.of("tidewatch.backup");

  /** What is done with the archive. */
  @FunctionalInterface
  interface Work {
    Manifest run() throws Exception;
  }

  Path file() {
    return file;
  }

  /** As {@link Databases#open}. */
  Databases databases(boolean existing) throws Exception {
    return Databases.open(data, urls, artifacts, existing);
  }

  /**
   * Does the work and tells what came of it; answers the exit code.
   *
   * @param command for the message of a failure
   * @param done what was done with the rows
   */
  static int run(String command, String done, Work work) throws Exception {
    Logging.install(new LogConfig(LogFormat.AUTO, LogConfig.Level.WARN));
    try {
      Manifest manifest = work.run();
      long rows =
          manifest.schemas().stream()
              .flatMap(schema -> schema.tables().stream())
              .mapToLong(Manifest.TablePart::rows)
              .sum();
      System.err.printf("%s: %d rows, %d artifacts.%n", done, rows, manifest.artifacts().size());
      return 0;
    } catch (BackupException | IllegalStateException | IOException | SQLException e) {
      System.err.println("tidewatch " + command + ": " + e.getMessage());
      return 1;
    }
  }
}
