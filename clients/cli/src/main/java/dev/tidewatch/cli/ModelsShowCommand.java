package dev.tidewatch.cli;

import dev.tidewatch.proto.registry.v1.ModelVersion;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one version of a model. */
@Command(
    name = "show",
    description = "Show a model's champion, or another of its versions, with metrics and lineage.",
    footer = {
      "  tidewatch models show load",
      "  tidewatch models show load@1.2.0 --json | jq .metrics"
    })
final class ModelsShowCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL[@VERSION|@ALIAS]", description = "Which version (the champion).")
  private String model;

  ModelsShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ModelVersion version =
        ModelReference.parse(model).resolve(session.tidewatch().registry(), "champion");
    if (session.json()) {
      session.print(version);
    } else {
      Details.print(session, version);
    }
    return ExitCode.OK;
  }
}
