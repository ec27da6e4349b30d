package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.AccuracyDimension;
import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.AccuracyGroup;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how good the forecasts were. */
@Command(
    name = "accuracy",
    description = "Show how good the recorded forecasts were, once the truth was known.",
    footer = {
      "  tidewatch monitor accuracy",
      "  tidewatch monitor accuracy --window 30d --by series,version",
      "  tidewatch monitor accuracy --model load --from 2024-03-01 --to 2024-04-01 --by step",
      "  tidewatch monitor accuracy --series AP-AP --by step --json"
    })
final class MonitorAccuracyCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      description = "Target times up to now: 1d, 7d, 30d (7d).")
  private @Nullable String window;

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--by",
      paramLabel = "PART[,PART]...",
      hideParamSyntax = true,
      split = ",",
      description = "Split by series, version, role, step (series,version).")
  private List<String> by = new ArrayList<>(List.of("series", "version"));

  @Option(
      names = "--series",
      paramLabel = "NAME",
      description = "Of this series; of all that begin so if it ends in *.")
  private @Nullable String series;

  @Option(names = "--model", paramLabel = "MODEL", description = "Only of this model.")
  private String model = "";

  MonitorAccuracyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var filter = PredictionFilter.newBuilder().setModel(model);
    if (series != null && series.endsWith("*")) {
      filter.setSeriesPrefix(series.substring(0, series.length() - 1));
    } else if (series != null) {
      filter.setSeries(series);
    }
    var request = GetAccuracyRequest.newBuilder().setFilter(filter).setPageSize(1000);
    TimeRange span = MonitorRange.insteadOf(window, range, session);
    if (span != null) {
      request.setRange(span);
    } else {
      request.setTrailing(
          ProtoTimes.duration(session.duration("--window", window == null ? "7d" : window)));
    }
    for (String part : by) {
      request.addGroupBy(
          SeriesCreateCommand.constant(
              AccuracyDimension.class, "ACCURACY_DIMENSION_", "--by", part));
    }
    List<AccuracyGroup> groups = session.tidewatch().monitor().accuracy(request.build()).toList();
    if (session.json()) {
      session.print(groups);
    } else {
      session.print(table(groups));
      if (groups.isEmpty()) {
        session.say("No forecasts with a known truth in that window.");
      }
    }
    return ExitCode.OK;
  }

  private static Table table(List<AccuracyGroup> groups) {
    var table =
        new Table()
            .left("SERIES")
            .left("MODEL")
            .right("STEP")
            .right("PAIRS")
            .right("MAE")
            .right("RMSE")
            .right("MAPE")
            .right("MASE")
            .right("SKILL")
            .left("COVERAGE");
    for (AccuracyGroup group : groups) {
      AccuracyFigures figures = group.getFigures();
      List<String> coverages = new ArrayList<>();
      figures
          .getIntervalsList()
          .forEach(interval ->
              coverages.add(
                  String.format(
                      Locale.ROOT,
                      "%.1f%% of %.0f%%",
                      interval.getCoverage() * 100,
                      interval.getLevel() * 100)));
      table.row(
          group.getSeries(),
          (group.getModel() + " " + group.getVersion()).strip(),
          group.getStep() == 0 ? "" : Integer.toString(group.getStep()),
          Numbers.count(figures.getPairs()),
          figures.hasMae() ? Numbers.compact(figures.getMae()) : "",
          figures.hasRmse() ? Numbers.compact(figures.getRmse()) : "",
          figures.hasMape() ? String.format(Locale.ROOT, "%.2f%%", figures.getMape()) : "",
          figures.hasMase() ? Numbers.compact(figures.getMase()) : "",
          figures.hasSkill() ? Numbers.compact(figures.getSkill()) : "",
          String.join(", ", coverages));
    }
    return table;
  }
}
