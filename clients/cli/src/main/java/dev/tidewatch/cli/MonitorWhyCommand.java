package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.ExplainModelRequest;
import dev.tidewatch.proto.monitor.v1.StoryLine;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a model's story. */
@Command(
    name = "why",
    description = {
      "Tell a model's story, oldest first: alerts, drift, trainings, gates, canaries, promotions,",
      "rollbacks, and why each of them."
    },
    footer = {
      "  tidewatch monitor why load",
      "  tidewatch monitor why load --from now-7d",
      "  tidewatch monitor why load --json"
    })
final class MonitorWhyCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Mixin private RangeOptions range = new RangeOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most so many lines (1000).")
  private int limit = 1_000;

  MonitorWhyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + "; want at least 1");
    }
    var request =
        ExplainModelRequest.newBuilder()
            .setModel(model)
            .setRange(MonitorRange.of(range.range(session)))
            .setPageSize(Math.min(limit, 1_000))
            .build();
    List<StoryLine> lines =
        session.tidewatch().monitor().decisions().explain(request).limit(limit).toList();
    if (session.json()) {
      session.print(lines);
      return ExitCode.OK;
    }
    var table = new Table().whole("TIME").whole("WHAT").left("WHY");
    for (StoryLine line : lines) {
      table.row(session.show(line.getTime()), line.getTopic(), line.getText());
    }
    session.print(table);
    if (lines.isEmpty()) {
      session.say("Nothing happened to " + model + " in that time.");
    }
    return ExitCode.OK;
  }
}
