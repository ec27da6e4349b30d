package dev.tidewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a target of deliveries. */
@Command(
    name = "delete",
    description = "Remove a target, with what is queued for it and its dead letters.",
    footer = {"  tidewatch alerts targets delete ops"})
final class AlertsTargetsDeleteCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The target.")
  private String name = "";

  AlertsTargetsDeleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.tidewatch().monitor().delivery().deleteTarget(name);
    if (session.json()) {
      session.print(Session.object().put("deleted", name));
    } else {
      session.print("Removed %s.".formatted(name));
    }
    return ExitCode.OK;
  }
}
