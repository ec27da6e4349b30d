package dev.tidewatch.cli;

import dev.tidewatch.sdk.AlertClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Say that somebody takes care of these alerts. */
@Command(
    name = "ack",
    description = "Say that somebody takes care of these alerts.",
    footer = {
      "  tidewatch alerts ack 3f2a9c0d5e --comment 'sensor is being replaced'",
      "  tidewatch alerts ack 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --as night-shift --json"
    })
final class AlertsAckCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final AlertAction action = new AlertAction();

  AlertsAckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return action.run(session, AlertClient::acknowledge, "Acknowledged");
  }
}
