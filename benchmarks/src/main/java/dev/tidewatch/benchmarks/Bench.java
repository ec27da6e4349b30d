package dev.tidewatch.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;

/** One bench: measures, prints its table and its line of JSON. */
interface Bench {
  /** What it is called on the command line, and in the JSON line. */
  String name();

  /** One line for the list of benches. */
  String purpose();

  /**
   * Runs it.
   *
   * @param out takes the table and, last, the JSON line; progress goes to standard error
   * @param results the file that the JSON line is appended to
   */
  void run(BenchOptions options, PrintStream out, Path results) throws Exception;
}
