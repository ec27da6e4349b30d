package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.LineageNode;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where a version came from. */
@Command(
    name = "lineage",
    description = "Show where a version came from: run, data, parents; and what was made of it.",
    footer = {
      "  tidewatch models lineage load@1.3.0",
      "  tidewatch models lineage load --depth 10 --json"
    })
final class ModelsLineageCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL[@PICK]", description = "Which version or alias (the champion).")
  private String model;

  @Option(names = "--depth", paramLabel = "N", description = "Steps each way, up to 10 (3).")
  private int depth = 3;

  ModelsLineageCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (depth < 1 || depth > 10) {
      throw new UsageException("--depth: " + depth + "; want 1 to 10");
    }
    var registry = session.tidewatch().registry();
    var version = ModelReference.parse(model).resolve(registry, "champion");
    var answer = registry.lineage(version.getModel(), version.getVersion(), depth);
    if (session.json()) {
      session.print(answer);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .left("MODEL")
            .whole("VERSION")
            .left("RUN")
            .left("PARENTS")
            .right("SERIES")
            .right("ROWS")
            .left("CODE")
            .left("DATA");
    for (LineageNode node : answer.getNodesList()) {
      var lineage = node.getLineage();
      String fingerprint = lineage.getDataFingerprint();
      table.row(
          node.getVersion().getModel(),
          node.getVersion().getVersion(),
          lineage.getRunId(),
          lineage.getParentsList().stream()
              .map(parent -> parent.getModel() + "@" + parent.getVersion())
              .collect(Collectors.joining(", ")),
          node.hasLineage() ? Integer.toString(lineage.getTrainingCount()) : "",
          node.hasLineage() ? Long.toString(lineage.getDataRows()) : "not registered",
          lineage.getCodeVersion(),
          fingerprint.substring(0, Math.min(12, fingerprint.length())));
    }
    session.print(table);
    if (answer.getTruncated()) {
      session.say("There is more; ask with a smaller --depth of the versions at the edge.");
    }
    return ExitCode.OK;
  }
}
