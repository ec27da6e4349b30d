package dev.tidewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tries a target of deliveries. */
@Command(
    name = "test",
    description = "Send a test alert to a target and show what it said. Exit code 1: not taken.",
    footer = {"  tidewatch alerts targets test ops", "  tidewatch alerts targets test ops --json"})
final class AlertsTargetsTestCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The target.")
  private String name = "";

  AlertsTargetsTestCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var answer = session.tidewatch().monitor().delivery().testTarget(name);
    boolean taken = answer.getStatus() >= 200 && answer.getStatus() < 300;
    if (session.json()) {
      session.print(answer);
    } else {
      session.print(
          answer.getStatus() == 0
              ? "No answer: " + answer.getDetail()
              : "HTTP " + answer.getStatus() + " " + answer.getDetail().strip());
    }
    return taken ? ExitCode.OK : ExitCode.FAILURE;
  }
}
