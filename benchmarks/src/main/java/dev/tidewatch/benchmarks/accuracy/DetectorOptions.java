package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** What a detector bench reads and writes, and the detector's parameters. */
final class DetectorOptions {
  /** Of bundles that are not kept. */
  static final Provenance PROVENANCE = new Provenance("00".repeat(32), "bench", 1);

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with GROUP/file.csv or .csv.gz.")
  private Path data = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the files of scores; the same names.")
  private Path out = Path.of("");

  @Option(
      names = {"-P", "--parameter"},
      paramLabel = "NAME=VALUE",
      description = "A parameter of the detector; may be repeated.")
  private Map<String, String> parameters = new TreeMap<>();

  Parameters parameters() {
    return Parameters.of(parameters);
  }

  /** The files, in order; empty after a word on standard error. */
  List<Path> files() throws IOException {
    List<Path> files = TextFiles.csvBelow(data);
    if (files.isEmpty()) {
      System.err.printf("no .csv or .csv.gz below %s%n", data);
    }
    return files;
  }

  /** Name of a file below the folder, such as {@code group/file.csv}. */
  String key(Path file) {
    return TextFiles.key(data, file);
  }

  Path target(String key) {
    return out.resolve(key);
  }

  /** The family; empty after a word on standard error if there is none of the name. */
  static <F> Optional<F> known(Optional<F> family, String name, Collection<String> ids) {
    if (family.isEmpty()) {
      System.err.printf(
          "no detector '%s'; there are: %s%n",
          name, String.join(", ", ids.stream().sorted().toList()));
    }
    return family;
  }
}
