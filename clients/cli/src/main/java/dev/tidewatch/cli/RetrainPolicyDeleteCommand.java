package dev.tidewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a retrain policy. */
@Command(
    name = "delete",
    description = "Train a model no longer again by itself; an open task stays.",
    footer = "  tidewatch retrain policy delete load")
final class RetrainPolicyDeleteCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  RetrainPolicyDeleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.tidewatch().monitor().retrain().deletePolicy(model, "");
    if (session.json()) {
      session.print(Session.object().put("model", model).put("deleted", true));
    } else {
      session.print("%s is no longer trained again by itself.".formatted(model));
    }
    return ExitCode.OK;
  }
}
