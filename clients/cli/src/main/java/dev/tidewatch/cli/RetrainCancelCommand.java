package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.RetrainTask;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Cancels a retrain task. */
@Command(
    name = "cancel",
    description = "Cancel a training that is wanted or under way.",
    footer = "  tidewatch retrain cancel 6f1f6b0e0d0e4a529a6b0a1b2c3d4e5f --reason 'meter swapped'")
final class RetrainCancelCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = "As 'retrain list' shows it.")
  private String id;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why (by hand).")
  private String reason = "by hand";

  RetrainCancelCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    RetrainTask task = session.tidewatch().monitor().retrain().cancel(id, reason);
    if (session.json()) {
      session.print(task);
    } else {
      session.print("Cancelled the training of %s.".formatted(task.getModel()));
    }
    return ExitCode.OK;
  }
}
