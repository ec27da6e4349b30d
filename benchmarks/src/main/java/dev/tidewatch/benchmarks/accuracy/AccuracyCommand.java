package dev.tidewatch.benchmarks.accuracy;

import picocli.CommandLine.Command;

/** {@code ./tidewatch bench accuracy}: one subcommand for each benchmark's file format. */
@Command(
    name = "accuracy",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the platform's detectors or forecasters over a data set and writes their answers in the",
      "form that the data set's scorer reads. Files may be .gz. The last line of standard output is",
      "one line of JSON."
    },
    footer = {
      "",
      "Example:",
      "  ./tidewatch bench accuracy nab --data DIR --out DIR [--labels combined_windows.json]",
      "  ./tidewatch bench accuracy skab --data DIR --out DIR"
    },
    subcommands = {NabAccuracy.class, SkabAccuracy.class})
public final class AccuracyCommand {
  /** For the list of benches. */
  public static final String PURPOSE =
      "answers of detectors and forecasters on public benchmarks, for their scorers";

  AccuracyCommand() {}
}
