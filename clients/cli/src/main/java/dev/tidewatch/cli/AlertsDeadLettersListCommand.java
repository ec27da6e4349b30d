package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.DeadLetter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists deliveries that were given up. */
@Command(
    name = "list",
    description = "List deliveries that were given up, newest first.",
    footer = {
      "  tidewatch alerts dead-letters list --target ops",
      "  tidewatch alerts dead-letters list --json | jq -r '.[].delivery_id'"
    })
final class AlertsDeadLettersListCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--target", paramLabel = "NAME", description = "Only of this target.")
  private String target = "";

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (50).")
  private int limit = 50;

  AlertsDeadLettersListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<DeadLetter> found =
        session.tidewatch().monitor().delivery().deadLetters(target).limit(limit + 1L).toList();
    List<DeadLetter> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      session.print(table(shown));
      if (shown.isEmpty()) {
        session.say("No delivery was given up.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  private Table table(List<DeadLetter> letters) {
    var table =
        new Table()
            .whole("LAST ATTEMPT")
            .whole("TARGET")
            .whole("ALERT TO")
            .right("ATTEMPTS")
            .left("ERROR")
            .whole("ID");
    for (DeadLetter letter : letters) {
      table.row(
          session.show(letter.getLastAttemptAt()),
          letter.getTarget(),
          ProtoJson.bare(letter.getTransition().getTo().getValueDescriptor())
              .toLowerCase(Locale.ROOT),
          Integer.toString(letter.getAttempts()),
          letter.getError(),
          letter.getDeliveryId());
    }
    return table;
  }
}
