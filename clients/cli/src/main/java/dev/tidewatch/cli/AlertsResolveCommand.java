package dev.tidewatch.cli;

import dev.tidewatch.sdk.AlertClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Resolve alerts by hand. */
@Command(
    name = "resolve",
    description = "Resolve alerts by hand.",
    footer = {
      "  tidewatch alerts resolve 3f2a9c0d5e --comment 'sensor replaced'",
      "  tidewatch alerts resolve 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --as night-shift --json"
    })
final class AlertsResolveCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final AlertAction action = new AlertAction();

  AlertsResolveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return action.run(session, AlertClient::resolve, "Resolved");
  }
}
