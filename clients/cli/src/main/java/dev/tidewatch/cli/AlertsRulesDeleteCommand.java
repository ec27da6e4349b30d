package dev.tidewatch.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes alert rules. */
@Command(
    name = "delete",
    description = "Remove rules; their alerts are resolved.",
    footer = {
      "  tidewatch alerts rules delete mape-high",
      "  tidewatch alerts rules delete mape-high stale-meters"
    })
final class AlertsRulesDeleteCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "1..*", paramLabel = "NAME", description = "Of the rules.")
  private List<String> names = new ArrayList<>();

  AlertsRulesDeleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var deleted = Session.object().putArray("deleted");
    for (String name : names) {
      session.tidewatch().monitor().alerts().deleteRule(name);
      deleted.add(name);
      if (!session.json()) {
        session.print("Removed " + name + ".");
      }
    }
    if (session.json()) {
      session.print(deleted);
    }
    return ExitCode.OK;
  }
}
