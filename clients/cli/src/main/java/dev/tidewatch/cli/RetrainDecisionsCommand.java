package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.Decision;
import dev.tidewatch.proto.monitor.v1.DecisionKind;
import dev.tidewatch.proto.monitor.v1.ListDecisionsRequest;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what was decided. */
@Command(
    name = "decisions",
    description = {
      "Show what the monitor decided, newest first, with the reasons. 'retrain revert' takes one",
      "back."
    },
    footer = {
      "  tidewatch retrain decisions load",
      "  tidewatch retrain decisions --kind promoted --from now-30d",
      "  tidewatch retrain decisions load --json"
    })
final class RetrainDecisionsCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Only of this model.")
  private String model = "";

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = {
        "Only retrain, gate-passed, gate-refused, canary-started, promoted, rolled-back,",
        "reverted or tuned."
      })
  private String kind = "";

  @Mixin private RangeOptions range = new RangeOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most so many (50).")
  private int limit = 50;

  RetrainDecisionsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + "; want at least 1");
    }
    var request =
        ListDecisionsRequest.newBuilder()
            .setModel(model)
            .setRange(MonitorRange.of(range.range(session)));
    if (!kind.isEmpty()) {
      request.setKind(
          SeriesCreateCommand.constant(DecisionKind.class, "DECISION_KIND_", "--kind", kind));
    }
    List<Decision> decisions =
        session
            .tidewatch()
            .monitor()
            .decisions()
            .listDecisions(request.build())
            .limit(limit)
            .toList();
    if (session.json()) {
      session.print(decisions);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .whole("TIME")
            .left("MODEL")
            .whole("WHAT")
            .whole("FROM")
            .whole("TO")
            .left("BY")
            .whole("ID")
            .left("WHY");
    for (Decision decision : decisions) {
      table.row(
          session.show(decision.getTime()),
          decision.getModel(),
          word(decision.getKind(), "DECISION_KIND_")
              + (decision.getRevertedBy().isEmpty() ? "" : " (taken back)"),
          decision.getFromVersion(),
          decision.getToVersion(),
          decision.getActor(),
          decision.getId(),
          decision.getReason());
    }
    session.print(table);
    if (decisions.isEmpty()) {
      session.say("No decisions.");
    }
    return ExitCode.OK;
  }

  /** A constant of the contract as people read it. */
  static String word(Enum<?> constant, String prefix) {
    return constant.name().substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
