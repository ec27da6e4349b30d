package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.GetAlertResponse;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one alert. */
@Command(
    name = "get",
    description = "Show one alert: why, the figures, what to do, and how it went.",
    footer = {
      "  tidewatch alerts get 3f2a9c0d5e",
      "  tidewatch alerts get 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --json | jq .transitions"
    })
final class AlertsGetCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(
      paramLabel = "ID",
      description = "As 'alerts list' shows it; six or more digits are enough.")
  private String id;

  AlertsGetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    GetAlertResponse found =
        session.tidewatch().monitor().alerts().get(AlertIds.whole(session, id));
    if (session.json()) {
      session.print(found);
      return ExitCode.OK;
    }
    Details.print(session, found.getAlert());
    var table = new Table().whole("TIME").whole("STATE").left("BY").left("REASON");
    found
        .getTransitionsList()
        .forEach(transition ->
            table.row(
                session.show(transition.getTime()),
                ProtoJson.bare(transition.getTo().getValueDescriptor()).toLowerCase(Locale.ROOT),
                transition.getActor(),
                transition.getReason()));
    session.print("");
    session.print(table);
    return ExitCode.OK;
  }
}
