package dev.tidewatch.cli;

import dev.tidewatch.proto.registry.v1.ExportFormat;
import dev.tidewatch.proto.registry.v1.ExportVersionsRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes what is known of versions to a file. */
@Command(
    name = "export",
    description = {
      "Write what the registry knows of versions to a file, or to standard output.",
      "CSV has a column for each metric and tag; JSON is an array of all that is known, a version a"
          + " line. The file appears when it is complete."
    },
    footer = {
      "  tidewatch models export -o versions.csv",
      "  tidewatch models export --tag site=hq --state ready -o hq.json",
      "  tidewatch models export --alias champion --format csv"
    })
final class ModelsExportCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final VersionFilterOptions filter = new VersionFilterOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to. Default: standard output.")
  private @Nullable Path output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or json (by the file's name, else csv).")
  private @Nullable String format;

  ModelsExportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    var request =
        ExportVersionsRequest.newBuilder()
            .setFilter(filter.filter(session))
            .setFormat(format())
            .build();
    if (output == null) {
      write(request, session.out());
      session.out().flush();
      return ExitCode.OK;
    }
    Path part = output.resolveSibling(output.getFileName() + ".part");
    try {
      try (OutputStream file = Files.newOutputStream(part)) {
        write(request, file);
      }
      Files.move(part, output, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    session.say("Wrote " + output + ".");
    return ExitCode.OK;
  }

  private void write(ExportVersionsRequest request, OutputStream out) throws IOException {
    try (var stream = session.tidewatch().registry().exportVersions(request)) {
      while (stream.hasNext()) {
        stream.next().getData().writeTo(out);
      }
    }
  }

  private ExportFormat format() {
    String name = String.valueOf(output).toLowerCase(Locale.ROOT);
    String wanted = format;
    if (wanted == null) {
      wanted = name.endsWith(".json") || (output == null && session.json()) ? "json" : "csv";
    }
    return VersionFilterOptions.constant(
        "--format", "EXPORT_FORMAT_", wanted, ExportFormat.values());
  }
}
