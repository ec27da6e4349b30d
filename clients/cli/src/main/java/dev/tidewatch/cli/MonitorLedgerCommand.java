package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusResponse;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Shows how much the ledger holds, and how far the truth has come. */
@Command(
    name = "ledger",
    description = "Show how many forecasts are recorded, and how far the truth has come.",
    footer = {"  tidewatch monitor ledger", "  tidewatch monitor ledger --json"})
final class MonitorLedgerCommand implements Callable<Integer> {
  private final Session session;

  MonitorLedgerCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    GetLedgerStatusResponse status = session.tidewatch().monitor().ledgerStatus();
    if (session.json()) {
      session.print(status);
      return ExitCode.OK;
    }
    var table = new Table().left("").right("");
    table.row("predictions", Numbers.count(status.getPredictions()));
    table.row("steps with a known truth", Numbers.count(status.getStepsKnown()));
    table.row("steps whose truth is pending", Numbers.count(status.getStepsPending()));
    table.row("steps whose interval had no reading", Numbers.count(status.getStepsMissing()));
    table.row("actuals taken since start", Numbers.count(status.getJoinsSinceStart()));
    table.row(
        "commits of the feed behind",
        Numbers.count(
            Math.max(
                0, status.getFeedHead().getPosition() - status.getJoinedThrough().getPosition())));
    table.row("oldest truth overdue", ProtoTimes.duration(status.getJoinLag()).toString());
    session.print(table);
    return ExitCode.OK;
  }
}
