package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.AlertRule;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one alert rule. */
@Command(
    name = "get",
    description = "Show one rule.",
    footer = {
      "  tidewatch alerts rules get mape-high",
      "  tidewatch alerts rules get mape-high --json"
    })
final class AlertsRulesGetCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "NAME", description = "Of the rule.")
  private String name;

  AlertsRulesGetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    AlertRule rule = session.tidewatch().monitor().alerts().rule(name);
    if (session.json()) {
      session.print(rule);
    } else {
      Details.print(session, rule);
    }
    return ExitCode.OK;
  }
}
