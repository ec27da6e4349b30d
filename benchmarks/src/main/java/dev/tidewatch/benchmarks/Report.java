package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a bench found: a table for people, and one line of JSON, which is also appended to a results
 * file. Not thread-safe.
 */
final class Report {
  private final String bench;
  private final Figures figures;
  private final List<List<String>> rows = new ArrayList<>();

  Report(String bench, Figures figures) {
    this.bench = bench;
    this.figures = figures;
    rows.add(List.of(bench, "median", "spread", "ratio"));
  }

  /** A line of the table; {@code ratio} is to a limit or peer of the same run, empty for none. */
  Report row(String what, String median, String spread, String ratio) {
    rows.add(List.of(what, median, spread, ratio));
    return this;
  }

  /** Prints the table, then the JSON line, last; appends that line to {@code results}. */
  void print(PrintStream out, Path results) throws IOException {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      var line = new StringBuilder(pad(row.getFirst(), -widths[0]));
      for (int i = 1; i < widths.length; i++) {
        line.append("  ").append(pad(row.get(i), widths[i]));
      }
      out.println(line.toString().stripTrailing());
    }
    ResultsFile.add(results, bench, figures, out);
  }

  private static String pad(String text, int width) {
    String blanks = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
    return width < 0 ? text + blanks : blanks + text;
  }
}
