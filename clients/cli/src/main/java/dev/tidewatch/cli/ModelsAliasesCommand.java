package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.Alias;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists aliases. */
@Command(
    name = "aliases",
    description = "List the aliases of a model, or of all models.",
    footer = {"  tidewatch models aliases", "  tidewatch models aliases load --json"})
final class ModelsAliasesCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Name of the model (all).")
  private String model = "";

  ModelsAliasesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Alias> aliases = session.tidewatch().registry().listAliases(model).toList();
    if (session.json()) {
      session.print(aliases);
      return ExitCode.OK;
    }
    var table = new Table().left("MODEL").left("ALIAS").whole("VERSION").whole("MOVED").left("BY");
    for (Alias alias : aliases) {
      table.row(
          alias.getModel(),
          alias.getAlias(),
          alias.getVersion(),
          session.show(alias.getMovedAt()),
          alias.getMovedBy());
    }
    session.print(table);
    return ExitCode.OK;
  }
}
