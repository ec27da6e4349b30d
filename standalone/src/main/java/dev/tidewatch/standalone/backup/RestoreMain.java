package dev.tidewatch.standalone.backup;

import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.LogFormat;
import dev.tidewatch.serverkit.telemetry.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tidewatch restore}. */
@Command(
    name = "tidewatch restore",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description =
        "Loads an archive into a fresh data folder, or fresh databases, with no server running.",
    footer = {
      "",
      "Examples:",
      "  tidewatch restore tidewatch.backup",
      "  tidewatch restore --data /var/lib/tidewatch /mnt/tidewatch.backup",
      "  tidewatch restore --url ingest=jdbc:postgresql://db1/ingest?user=tidewatch \\",
      "    --url registry=... --url inference=... --url monitor=... \\",
      "    --artifacts /var/lib/registry/artifacts tidewatch.backup"
    })
public final class RestoreMain implements Callable<Integer> {
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

  private RestoreMain() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new RestoreMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Logging.install(new LogConfig(LogFormat.AUTO, LogConfig.Level.WARN));
    System.err.println("verifying " + file);
    // First, so that a damaged archive leaves not even an empty database behind.
    try (ArchiveReader archive = ArchiveReader.verified(file);
        Databases databases = Databases.open(data, urls, artifacts, false)) {
      Manifest manifest =
          new Restore(databases.places(), InstantSource.system().instant(), System.err::println)
              .read(archive);
      long rows =
          manifest.schemas().stream()
              .flatMap(schema -> schema.tables().stream())
              .mapToLong(Manifest.TablePart::rows)
              .sum();
      System.err.printf("Restored: %d rows, %d artifacts.%n", rows, manifest.artifacts().size());
      return 0;
    } catch (BackupException | IllegalStateException | IOException | SQLException e) {
      System.err.println("tidewatch restore: " + e.getMessage());
      return 1;
    }
  }
}
