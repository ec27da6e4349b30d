package dev.tidewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes a maintenance window. */
@Command(
    name = "remove",
    description = "Remove a maintenance window; what it marked stays marked.",
    footer = {"  tidewatch anomalies suppress remove 9d1c8f0e5b6b7a8190a1b2c3d4e5f607"})
final class SuppressRemoveCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = "As 'anomalies suppress list' shows it.")
  private String id;

  @Mixin private final ActorOption actor = new ActorOption();

  SuppressRemoveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.tidewatch().monitor().removeSuppression(id, actor.name(session));
    if (session.json()) {
      session.print(Session.object().put("removed", id));
    } else {
      session.print("Removed " + id + ".");
    }
    return ExitCode.OK;
  }
}
