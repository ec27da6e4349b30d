package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The file in which every run leaves its line of JSON. */
public final class ResultsFile {
  private ResultsFile() {}

  /** The one that was named, or {@code benchmarks/results.jsonl}. */
  public static Path orUsual(@Nullable Path named) {
    return named != null
        ? named
        : Path.of(System.getProperty("tidewatch.home", "."), "benchmarks", "results.jsonl");
  }

  /** Adds the line of a run, and prints it, too. */
  public static void add(Path file, String bench, Figures figures, PrintStream out)
      throws IOException {
    String json = figures.toJsonLine(bench, MachineDescription.here());
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    out.println(json);
    out.flush();
  }
}
