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

/** {@code tidewatch backup}. */
@Command(
    name = "tidewatch backup",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = "Writes everything that lasts into one archive, while the servers run or not.",
    footer = {
      "",
      "Examples:",
      "  tidewatch backup tidewatch.backup",
      "  tidewatch backup --data /var/lib/tidewatch /mnt/tidewatch.backup",
      "  tidewatch backup --url ingest=jdbc:postgresql://db1/ingest?user=tidewatch \\",
      "    --url registry=... --url inference=... --url monitor=... \\",
      "    --artifacts /var/lib/registry/artifacts tidewatch.backup"
    })
public final class BackupMain implements Callable<Integer> {
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

  private BackupMain() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new BackupMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Logging.install(new LogConfig(LogFormat.AUTO, LogConfig.Level.WARN));
    try (Databases databases = Databases.open(data, urls, artifacts, true)) {
      Manifest manifest =
          new Backup(databases.places(), InstantSource.system().instant(), System.err::println)
              .write(file);
      long rows =
          manifest.schemas().stream()
              .flatMap(schema -> schema.tables().stream())
              .mapToLong(Manifest.TablePart::rows)
              .sum();
      System.err.printf("Backed up: %d rows, %d artifacts.%n", rows, manifest.artifacts().size());
      return 0;
    } catch (BackupException | IllegalStateException | IOException | SQLException e) {
      System.err.println("tidewatch backup: " + e.getMessage());
      return 1;
    }
  }
}
