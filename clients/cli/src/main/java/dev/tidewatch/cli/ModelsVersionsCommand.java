package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the versions of a model. */
@Command(
    name = "versions",
    description = "List the versions of a model, newest first.",
    footer = {"  tidewatch models versions load", "  tidewatch models versions load --json"})
final class ModelsVersionsCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  ModelsVersionsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<ModelVersion> versions = session.tidewatch().registry().listVersions(model).toList();
    if (session.json()) {
      session.print(versions);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .whole("VERSION")
            .left("STATE")
            .left("ALIASES")
            .left("FAMILY")
            .whole("CREATED")
            .right("SIZE")
            .left("METRICS");
    for (ModelVersion version : versions) {
      table.row(
          version.getVersion(),
          ProtoJson.bare(version.getState().getValueDescriptor()).toLowerCase(Locale.ROOT),
          String.join(",", version.getAliasesList()),
          version.getFamily(),
          session.show(version.getCreatedAt()),
          Numbers.bytes(version.getArtifact().getSizeBytes()),
          Metrics.brief(version.getMetricsMap()));
    }
    session.print(table);
    return ExitCode.OK;
  }
}
