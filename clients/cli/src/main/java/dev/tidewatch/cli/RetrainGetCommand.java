package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.RetrainTask;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows a retrain task. */
@Command(
    name = "get",
    description = "Show a training and how far it is.",
    footer = "  tidewatch retrain get 6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f")
final class RetrainGetCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = "As 'retrain list' shows it.")
  private String id;

  RetrainGetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    RetrainTask task = session.tidewatch().monitor().retrain().task(id);
    if (session.json()) {
      session.print(task);
    } else {
      Details.print(session, task);
    }
    return ExitCode.OK;
  }
}
