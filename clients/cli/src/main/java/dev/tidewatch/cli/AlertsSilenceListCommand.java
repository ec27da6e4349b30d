package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.Silence;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists silences. */
@Command(
    name = "list",
    description = "List silences, latest end first.",
    footer = {"  tidewatch alerts silence list", "  tidewatch alerts silence list --all --json"})
final class AlertsSilenceListCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--all", description = "Also those that are over.")
  private boolean all;

  AlertsSilenceListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Silence> silences = session.tidewatch().monitor().alerts().silences(all).toList();
    if (session.json()) {
      session.print(silences);
      return ExitCode.OK;
    }
    var table =
        new Table().whole("FROM").whole("TO").left("WHAT").left("WHO").left("WHY").whole("ID");
    for (Silence silence : silences) {
      table.row(
          session.show(silence.getRange().getFrom()),
          session.show(silence.getRange().getTo()),
          silence.getMatchersList().stream()
              .map(matcher -> matcher.getLabel() + "=" + matcher.getPattern())
              .collect(Collectors.joining(" ")),
          silence.getActor(),
          silence.getReason(),
          silence.getId());
    }
    session.print(table);
    if (silences.isEmpty()) {
      session.say("No silences.");
    }
    return ExitCode.OK;
  }
}
