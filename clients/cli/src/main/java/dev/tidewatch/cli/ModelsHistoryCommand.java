package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the moves of an alias. */
@Command(
    name = "history",
    description = "Show the moves of an alias, newest first; of one that was removed too.",
    footer = {
      "  tidewatch models history load",
      "  tidewatch models history load --alias canary --json"
    })
final class ModelsHistoryCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "Which alias (champion).")
  private String alias = "champion";

  @Option(names = "--limit", paramLabel = "N", description = "At most so many moves (50).")
  private int limit = 50;

  ModelsHistoryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + "; want at least 1");
    }
    List<AliasMoveRecord> moves;
    try (var all = session.tidewatch().registry().aliasHistory(model, alias)) {
      moves = all.limit(limit).toList();
    }
    if (session.json()) {
      session.print(moves);
      return ExitCode.OK;
    }
    var table =
        new Table().whole("MOVED").whole("FROM").whole("TO").left("BY").left("HOW").left("REASON");
    for (AliasMoveRecord move : moves) {
      table.row(
          session.show(move.getMovedAt()),
          move.getFromVersion(),
          move.getToVersion(),
          move.getMovedBy(),
          move.getForced() ? "forced" : move.getRollback() ? "rollback" : "",
          move.getReason());
    }
    session.print(table);
    return ExitCode.OK;
  }
}
