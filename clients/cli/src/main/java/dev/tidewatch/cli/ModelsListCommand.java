package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.Model;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the models of the registry. */
@Command(
    name = "list",
    description = "List the models whose names begin so.",
    footer = {"  tidewatch models list", "  tidewatch models list load- --json"})
final class ModelsListCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "First letters of the names.")
  private String prefix = "";

  ModelsListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var registry = session.tidewatch().registry();
    List<Model> models = registry.listModels(prefix).toList();
    if (session.json()) {
      session.print(models);
      return ExitCode.OK;
    }
    Map<String, String> champions = new HashMap<>();
    registry
        .listAliases("")
        .filter(alias -> alias.getAlias().equals("champion"))
        .forEach((Alias alias) -> champions.put(alias.getModel(), alias.getVersion()));
    var table =
        new Table().left("MODEL").left("TASK").left("LATEST").left("CHAMPION").left("DESCRIPTION");
    for (Model model : models) {
      table.row(
          model.getModel() + (model.getArchived() ? " (archived)" : ""),
          ProtoJson.bare(model.getTask().getValueDescriptor()).toLowerCase(Locale.ROOT),
          model.getLatestVersion(),
          champions.getOrDefault(model.getModel(), ""),
          model.getDescription());
    }
    session.print(table);
    if (models.isEmpty()) {
      session.say(
          prefix.isEmpty() ? "No models yet. Make one with 'tidewatch train'." : "None match.");
    }
    return ExitCode.OK;
  }
}
