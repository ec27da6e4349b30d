package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.AnomalyChange;
import dev.tidewatch.proto.monitor.v1.GetAnomalyResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one anomaly and what became of it. */
@Command(
    name = "get",
    description = "Show one anomaly, with all that happened to it.",
    footer = {
      "  tidewatch anomalies get 3f2a9c0d5e",
      "  tidewatch anomalies get 3f2a9c0d5e --json | jq -r .anomaly.trace_id"
    })
final class AnomaliesGetCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = AnomalyIds.DESCRIPTION)
  private String id;

  AnomaliesGetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    GetAnomalyResponse found =
        session.tidewatch().monitor().getAnomaly(AnomalyIds.whole(session, id));
    if (session.json()) {
      session.print(found);
      return ExitCode.OK;
    }
    session.print(AnomaliesListCommand.table(session, List.of(found.getAnomaly())));
    if (!found.getAnomaly().getReason().isEmpty()) {
      session.print(found.getAnomaly().getReason());
    }
    if (!found.getAnomaly().getSuppressionWindowId().isEmpty()) {
      session.print("In maintenance window " + found.getAnomaly().getSuppressionWindowId() + ".");
    }
    var table = new Table().whole("TIME").whole("WHAT").left("WHO").left("COMMENT");
    for (AnomalyChange change : found.getHistoryList()) {
      table.row(
          session.show(change.getTime()),
          ProtoJson.bare(change.getAction().getValueDescriptor())
              .toLowerCase(Locale.ROOT)
              .replace('_', ' '),
          change.getActor(),
          change.getAssignee().isEmpty() ? change.getComment() : "to " + change.getAssignee());
    }
    session.print(table);
    return ExitCode.OK;
  }
}
