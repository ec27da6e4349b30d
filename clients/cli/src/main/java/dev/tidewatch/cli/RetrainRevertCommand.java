package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Decision;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a decision back. */
@Command(
    name = "revert",
    description = "Take a decision back: the alias returns to where it was.",
    footer = {
      "  tidewatch retrain revert 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --reason 'wrong on holidays'"
    })
final class RetrainRevertCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = "Of the decision, as 'retrain decisions' shows it.")
  private String id;

  @Mixin private final DecisionOptions decision = new DecisionOptions();

  RetrainRevertCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Decision back =
        session
            .tidewatch()
            .monitor()
            .decisions()
            .revert(id, decision.actor(session), decision.reason());
    if (session.json()) {
      session.print(back);
    } else {
      session.print(
          "%s of %s is at %s again."
              .formatted(
                  back.getAlias(),
                  back.getModel(),
                  back.getToVersion().isEmpty() ? "nothing" : back.getToVersion()));
    }
    return ExitCode.OK;
  }
}
