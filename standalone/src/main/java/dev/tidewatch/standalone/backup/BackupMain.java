package dev.tidewatch.standalone.backup;

import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  @Mixin private final ArchiveOptions archive = new ArchiveOptions();

  private BackupMain() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new BackupMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    return ArchiveOptions.run("backup", "Backed up", this::write);
  }

  private Manifest write() throws Exception {
    try (Databases databases = archive.databases(true)) {
      return new Backup(databases.places(), InstantSource.system().instant(), System.err::println)
          .write(archive.file());
    }
  }
}
