package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.ListSuppressionWindowsRequest;
import dev.tidewatch.proto.monitor.v1.SuppressionWindow;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists maintenance windows. */
@Command(
    name = "list",
    description = "List maintenance windows, latest first.",
    footer = {
      "  tidewatch anomalies suppress list",
      "  tidewatch anomalies suppress list --from now --json"
    })
final class SuppressListCommand implements Callable<Integer> {
  private static final int SHOWN_MAX = 1_000;

  private final Session session;

  @Mixin private final RangeOptions range = new RangeOptions();

  SuppressListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var asked = range.range(session);
    var request = ListSuppressionWindowsRequest.newBuilder();
    if (asked.hasStartTime()) {
      request.getRangeBuilder().setFrom(asked.getStartTime());
    }
    if (asked.hasEndTime()) {
      request.getRangeBuilder().setTo(asked.getEndTime());
    }
    List<SuppressionWindow> windows =
        session.tidewatch().monitor().suppressionWindows(request.build()).limit(SHOWN_MAX).toList();
    if (session.json()) {
      session.print(windows);
      return ExitCode.OK;
    }
    var table =
        new Table().left("SERIES").whole("FROM").whole("TO").left("REASON").left("BY").whole("ID");
    for (SuppressionWindow window : windows) {
      table.row(
          window.getSeriesPattern(),
          session.show(window.getRange().getFrom()),
          session.show(window.getRange().getTo()),
          window.getReason(),
          window.getActor(),
          window.getId());
    }
    session.print(table);
    if (windows.isEmpty()) {
      session.say("No maintenance windows.");
    }
    return ExitCode.OK;
  }
}
