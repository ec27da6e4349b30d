package dev.tidewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Stops a trial. */
@Command(
    name = "abort",
    description = "Stop a trial and roll its canary back.",
    footer = {
      "  tidewatch retrain abort 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --reason 'sensors are being moved'"
    })
final class RetrainAbortCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = "Of the trial, as 'retrain trials' shows it.")
  private String id;

  @Mixin private final DecisionOptions decision = new DecisionOptions();

  RetrainAbortCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    RetrainApproveCommand.show(
        session,
        session
            .tidewatch()
            .monitor()
            .decisions()
            .abort(id, decision.actor(session), decision.reason()));
    return ExitCode.OK;
  }
}
