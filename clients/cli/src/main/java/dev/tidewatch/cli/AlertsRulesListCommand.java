package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists alert rules. */
@Command(
    name = "list",
    description = "List the rules by name.",
    footer = {
      "  tidewatch alerts rules list",
      "  tidewatch alerts rules list --json | jq -r '.[] | select(.disabled) | .name'"
    })
final class AlertsRulesListCommand implements Callable<Integer> {
  private final Session session;

  AlertsRulesListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<AlertRule> rules = session.tidewatch().monitor().alerts().rules().toList();
    if (session.json()) {
      session.print(rules);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .left("NAME")
            .whole("ON")
            .whole("SEVERITY")
            .left("SERIES")
            .left("MODEL")
            .whole("OFF");
    for (AlertRule rule : rules) {
      table.row(
          rule.getName(),
          rule.getConditionCase().name().toLowerCase(Locale.ROOT),
          Severities.show(session.style(), rule.getSeverity().getValueDescriptor()),
          rule.getSeriesPattern(),
          rule.getModel(),
          rule.getDisabled() ? "off" : "");
    }
    session.print(table);
    if (rules.isEmpty()) {
      session.say("There are no rules; 'alerts rules set' makes one.");
    }
    return ExitCode.OK;
  }
}
