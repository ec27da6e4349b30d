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
      "  ./tidewatch bench accuracy skab --data DIR --out DIR",
      "  ./tidewatch bench accuracy m4 --train FILE --freq H --out FILE [--test FILE]",
      "  ./tidewatch bench accuracy ett --data FILE --horizon 24 --features S --out FILE",
      "  ./tidewatch bench accuracy energy --data FILE... [--id COLUMN] --value COLUMN --out FILE"
    },
    subcommands = {
      NabAccuracy.class,
      SkabAccuracy.class,
      M4Accuracy.class,
      EttAccuracy.class,
      EnergyAccuracy.class
    })
public final class AccuracyCommand {
  /** For the list of benches. */
  public static final String PURPOSE =
      "answers of detectors and forecasters on public benchmarks, for their scorers";

  AccuracyCommand() {}
}
