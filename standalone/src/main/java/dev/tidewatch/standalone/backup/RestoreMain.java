package dev.tidewatch.standalone.backup;

import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  @Mixin private final ArchiveOptions archive = new ArchiveOptions();

  private RestoreMain() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new RestoreMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    return ArchiveOptions.run("restore", "Restored", this::read);
  }

  private Manifest read() throws Exception {
    System.err.println("verifying " + archive.file());
    // First, so that a damaged archive leaves not even an empty database behind.
    try (ArchiveReader reader = ArchiveReader.verified(archive.file());
        Databases databases = archive.databases(false)) {
      return new Restore(databases.places(), InstantSource.system().instant(), System.err::println)
          .read(reader);
    }
  }
}
