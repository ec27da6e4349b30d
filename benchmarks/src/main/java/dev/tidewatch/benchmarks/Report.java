package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a bench found: a table for people, and one line of JSON, {@code {"bench": …, "figures": {…},
 * "machine": {…}}}, which is also appended to a results file.
 */
public final class Report {
  private final String bench;
  private final Map<String, Double> figures = new LinkedHashMap<>();
  private final List<String[]> rows = new ArrayList<>();

  /** An empty report of the bench called {@code bench}. */
  public Report(String bench) {
    this.bench = bench;
  }

  /** Adds a figure to the JSON line; keys are flat and end with the unit. */
  public Report figure(String key, double value) {
    figures.put(key, value);
    return this;
  }

  /** Adds a line to the table: what was measured, median, spread, and the ratio to a limit or peer ("" for none). */
  public Report row(String what, String median, String spread, String ratio) {
    rows.add(new String[] {what, median, spread, ratio});
    return this;
  }

  /** Prints the table, then the JSON line as the last line; appends that line to {@code results}. */
  public void print(PrintStream out, Path results) throws IOException {
    String[] head = {bench, "median", "spread", "ratio"};
    int[] width = new int[head.length];
    List<String[]> lines = new ArrayList<>(rows);
    lines.addFirst(head);
    for (String[] line : lines) {
      for (int i = 0; i < head.length; i++) {
        width[i] = Math.max(width[i], line[i].length());
      }
    }
    for (String[] line : lines) {
      out.printf(
          "%-" + width[0] + "s  %" + width[1] + "s  %" + width[2] + "s  %" + width[3] + "s%n",
          (Object[]) line);
    }
    String json = json();
    Files.createDirectories(results.toAbsolutePath().getParent());
    Files.writeString(
        results, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    out.println(json);
    out.flush();
  }

  String json() {
    var text = new StringBuilder("{\"bench\": \"").append(bench).append("\", \"figures\": {");
    String separator = "";
    for (Map.Entry<String, Double> figure : figures.entrySet()) {
      text.append(separator).append('"').append(figure.getKey()).append("\": ");
      text.append(number(figure.getValue()));
      separator = ", ";
    }
    return text.append("}, \"machine\": ").append(Machine.json()).append('}').toString();
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.6g", value);
  }
}
