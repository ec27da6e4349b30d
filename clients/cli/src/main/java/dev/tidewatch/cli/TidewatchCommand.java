package dev.tidewatch.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root: options for all, and the list of commands. */
@Command(
    name = "tidewatch",
    description = "Serves models of time series: takes readings in, forecasts, finds anomalies.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nRun by the tidewatch script at the root of the project:%n",
    footer = {
      "  up          Start all servers on an embedded PostgreSQL.",
      "  demo        Start all, with a simulated building; see 'tidewatch demo --help'.",
      "  bench       Measure; see 'tidewatch bench --help'.",
      "  test        Run all checks and tests.",
      "  keys        Make, list and revoke API keys.",
      "",
      "Examples:",
      "  tidewatch status",
      "  tidewatch ingest csv load.csv.gz --series-column unique_id",
      "  tidewatch train AP-AP --task forecast",
      "  tidewatch forecast AP-AP --horizon 24h"
    })
final class TidewatchCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }
}
