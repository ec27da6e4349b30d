package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.benchmarks.ResultsFile;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options and last lines that the accuracy benches share. */
final class AccuracyOutput {
  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "File that the JSON line is also appended to (default: none).")
  private @Nullable Path results;

  /** Prints rows of cells with aligned columns, the first to the left, the others to the right. */
  static void table(PrintStream out, List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    var widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String blanks = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + blanks : "  " + blanks + row.get(i));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /**
   * The JSON line, last.
   *
   * @param bench such as {@code accuracy-nab}
   */
  void finish(String bench, Figures figures) throws IOException {
    if (results != null) {
      ResultsFile.add(results, bench, figures, System.out);
    } else {
      System.out.println(figures.toJsonLine(bench, MachineDescription.here()));
    }
  }
}
