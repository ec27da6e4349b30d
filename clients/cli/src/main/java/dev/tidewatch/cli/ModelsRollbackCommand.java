package dev.tidewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts an alias back. */
@Command(
    name = "rollback",
    description = "Put an alias back to where it was before its last move.",
    footer = {
      "  tidewatch models rollback load",
      "  tidewatch models rollback load --alias canary --reason 'too slow'"
    })
final class ModelsRollbackCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "Which alias (champion).")
  private String alias = "champion";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the history.")
  private String reason = "";

  ModelsRollbackCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var answer = session.tidewatch().registry().rollBackAlias(model, alias, reason);
    if (session.json()) {
      session.print(answer);
    } else {
      session.print(
          "%s@%s is %s again; it was %s."
              .formatted(
                  model, alias, answer.getAlias().getVersion(), answer.getRolledBackVersion()));
    }
    return ExitCode.OK;
  }
}
