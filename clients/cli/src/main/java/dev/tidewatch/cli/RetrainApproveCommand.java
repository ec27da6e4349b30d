package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Trial;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says yes or no to a promotion that waits. */
@Command(
    name = "approve",
    description = "Let a promotion that waits for a person go on, or stop it.",
    footer = {
      "  tidewatch retrain approve 3f2a9c0d5e6b7a8190a1b2c3d4e5f607",
      "  tidewatch retrain approve 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --no --reason 'not this week'"
    })
final class RetrainApproveCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = "Of the trial, as 'retrain trials' shows it.")
  private String id;

  @Option(names = "--no", description = "Stop it: the candidate is rolled back.")
  private boolean no;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept with the decision.")
  private String reason = "";

  @Mixin private ActorOption actor = new ActorOption();

  RetrainApproveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Trial trial =
        session.tidewatch().monitor().decisions().approve(id, !no, actor.name(session), reason);
    show(session, trial);
    return ExitCode.OK;
  }

  static void show(Session session, Trial trial) {
    if (session.json()) {
      session.print(trial);
    } else {
      session.print(
          "%s %s: %s, %s"
              .formatted(
                  trial.getModel(),
                  trial.getCandidateVersion(),
                  RetrainDecisionsCommand.word(trial.getState(), "TRIAL_STATE_"),
                  trial.getReason()));
    }
  }
}
