package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts deliveries that were given up back into the queue. */
@Command(
    name = "retry",
    description = "Put deliveries that were given up back into the queue.",
    footer = {
      "  tidewatch alerts dead-letters retry 3f2a9c0d5e6b7a8190a1b2c3d4e5f607",
      "  tidewatch alerts dead-letters retry --all --target ops"
    })
final class AlertsDeadLettersRetryCommand implements Callable<Integer> {
  private static final int AT_ONCE_MAX = 1_000;

  private final Session session;

  @Parameters(
      arity = "0..*",
      paramLabel = "ID",
      description = "As 'alerts dead-letters list' shows them.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Option(names = "--target", paramLabel = "NAME", description = "With --all: only of this target.")
  private String target = "";

  AlertsDeadLettersRetryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (all == !ids.isEmpty()) {
      throw new UsageException("ID: name deliveries, or give --all");
    }
    var client = session.tidewatch().monitor().delivery();
    List<String> wanted =
        all ? client.deadLetters(target).map(DeadLetter::getDeliveryId).toList() : ids;
    int queued = 0;
    for (int from = 0; from < wanted.size(); from += AT_ONCE_MAX) {
      queued +=
          client.retryDeadLetters(
              wanted.subList(from, Math.min(wanted.size(), from + AT_ONCE_MAX)));
    }
    if (session.json()) {
      session.print(Session.object().put("queued", queued));
    } else {
      session.print("%d put back into the queue.".formatted(queued));
    }
    return ExitCode.OK;
  }
}
