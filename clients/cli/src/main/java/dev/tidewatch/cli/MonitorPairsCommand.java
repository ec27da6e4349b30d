package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.ActualState;
import dev.tidewatch.proto.monitor.v1.ListOutcomesRequest;
import dev.tidewatch.proto.monitor.v1.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what was predicted beside what came. */
@Command(
    name = "pairs",
    description = {
      "Show what was predicted for a series beside what came, newest target first.",
      "With --json one object a line: what a scatter needs."
    },
    footer = {
      "  tidewatch monitor pairs AP-AP --step 24",
      "  tidewatch monitor pairs AP-AP --model load@1.2.0 --from now-7d --limit 100000 --json \\",
      "      | jq -r '[.mean, .actual] | @csv'"
    })
final class MonitorPairsCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "Name of the series.")
  private String series;

  @Option(
      names = "--model",
      paramLabel = "MODEL[@VERSION|@ALIAS]",
      description = "Only of this model, version, or of what was asked by this alias.")
  private @Nullable String model;

  @Option(names = "--step", paramLabel = "N", description = "Only so many steps ahead (all).")
  private int step;

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (50).")
  private int limit = 50;

  MonitorPairsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + "; want at least 1");
    }
    var request =
        ListOutcomesRequest.newBuilder()
            .setTargets(MonitorRange.of(range.range(session)))
            .setState(ActualState.ACTUAL_STATE_KNOWN)
            .setStepMin(step)
            .setStepMax(step)
            .setPageSize(Math.min(limit, 1_000));
    request.getFilterBuilder().setSeries(series);
    if (model != null) {
      var choice = ModelReference.parse(model).choice();
      request
          .getFilterBuilder()
          .setModel(choice.getModel())
          .setVersion(choice.getVersion())
          .setAlias(choice.getAlias());
    }
    List<Outcome> pairs =
        session.tidewatch().monitor().outcomes(request.build()).limit(limit).toList();
    if (session.json()) {
      pairs.forEach(session::print);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .whole("TARGET")
            .right("STEP")
            .right("PREDICTED")
            .right("ACTUAL")
            .right("ERROR")
            .left("MODEL")
            .whole("ROLE");
    for (Outcome pair : pairs) {
      table.row(
          session.show(pair.getTargetTime()),
          Integer.toString(pair.getStep()),
          Numbers.compact(pair.getMean()),
          Numbers.compact(pair.getActual()),
          Numbers.compact(pair.getMean() - pair.getActual()),
          pair.getModel() + " " + pair.getVersion(),
          ProtoJson.bare(pair.getRole().getValueDescriptor()).toLowerCase(Locale.ROOT));
    }
    session.print(table);
    if (pairs.isEmpty()) {
      session.say("No forecasts of " + series + " with a known truth in that span.");
    }
    return ExitCode.OK;
  }
}
