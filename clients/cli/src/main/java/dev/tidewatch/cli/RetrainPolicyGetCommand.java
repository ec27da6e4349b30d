package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.RetrainPolicy;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows when a model is trained again. */
@Command(
    name = "get",
    description = "Show when a model is trained again.",
    footer = "  tidewatch retrain policy get load")
final class RetrainPolicyGetCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  RetrainPolicyGetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    RetrainPolicy policy = session.tidewatch().monitor().retrain().policy(model);
    if (session.json()) {
      session.print(policy);
    } else {
      Details.print(session, policy);
    }
    return ExitCode.OK;
  }
}
