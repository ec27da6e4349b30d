package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists alerts. */
@Command(
    name = "list",
    description = "List alerts, newest first: those that are not resolved, unless told otherwise.",
    footer = {
      "  tidewatch alerts list",
      "  tidewatch alerts list --state firing --severity high",
      "  tidewatch alerts list --state resolved --from now-1d --json | jq -r '.[].summary'"
    })
final class AlertsListCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description = "pending, firing, acknowledged, resolved (all but resolved).")
  private List<String> states = new ArrayList<>();

  @Option(
      names = "--severity",
      paramLabel = "LEAST",
      description = "This and worse: low, medium, high or critical (low).")
  private String severity = "low";

  @Option(names = "--series", paramLabel = "NAME", description = "About this series.")
  private String series = "";

  @Option(names = "--model", paramLabel = "MODEL", description = "About this model or detector.")
  private String model = "";

  @Option(names = "--rule", paramLabel = "NAME", description = "Of this rule.")
  private String rule = "";

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (50).")
  private int limit = 50;

  AlertsListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var asked = range.range(session);
    var request =
        ListAlertsRequest.newBuilder()
            .setSeverityMin(
                SeriesCreateCommand.constant(Severity.class, "SEVERITY_", "--severity", severity))
            .setSeries(series)
            .setModel(model)
            .setRule(rule)
            .setPageSize(Math.min(Math.max(limit + 1, 1), 1000));
    for (String state : states) {
      request.addStates(
          SeriesCreateCommand.constant(AlertState.class, "ALERT_STATE_", "--state", state));
    }
    if (asked.hasStartTime()) {
      request.getRangeBuilder().setFrom(asked.getStartTime());
    }
    if (asked.hasEndTime()) {
      request.getRangeBuilder().setTo(asked.getEndTime());
    }
    List<Alert> found =
        session.tidewatch().monitor().alerts().list(request.build()).limit(limit + 1L).toList();
    List<Alert> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      session.print(table(shown));
      if (shown.isEmpty()) {
        session.say("No alerts match.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  private Table table(List<Alert> alerts) {
    var table =
        new Table()
            .whole("SINCE")
            .whole("STATE")
            .whole("SEVERITY")
            .left("RULE")
            .left("WHY")
            .whole("ID");
    for (Alert alert : alerts) {
      table.row(
          session.show(alert.getPendingSince()),
          state(alert),
          Severities.show(session.style(), alert.getSeverity().getValueDescriptor()),
          alert.getRule(),
          alert.getSummary(),
          session.terminal()
              ? alert.getId().substring(0, AnomaliesListCommand.SHORT_ID)
              : alert.getId());
    }
    return table;
  }

  static String state(Alert alert) {
    String state = ProtoJson.bare(alert.getState().getValueDescriptor()).toLowerCase(Locale.ROOT);
    if (alert.getFlapping()) {
      state += ", flapping";
    }
    return alert.getSilenceIdsCount() > 0 ? state + ", silenced" : state;
  }
}
