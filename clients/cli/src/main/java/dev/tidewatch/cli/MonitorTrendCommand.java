package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Sparkline;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.AccuracyBucket;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendResponse;
import dev.tidewatch.proto.monitor.v1.IntervalFigures;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.sdk.MonitorClient;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows whether the forecasts get better or worse. */
@Command(
    name = "trend",
    description = "Show whether the recorded forecasts get better or worse.",
    footer = {
      "  tidewatch monitor trend",
      "  tidewatch monitor trend --model load --window 90d --bucket 7d",
      "  tidewatch monitor trend --model load --from 2024-03-01 --to 2024-04-01",
      "  tidewatch monitor trend --series AP-AP --bucket 6h --json"
    })
final class MonitorTrendCommand implements Callable<Integer> {
  private static final int SPARKLINE_MAX = 60;

  private final Session session;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      description = "Target times up to now: 7d, 30d (30d).")
  private @Nullable String window;

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--bucket",
      paramLabel = "DURATION",
      description = "Width of a row: 1h, 1d, 7d (1d).")
  private String bucket = "1d";

  @Option(
      names = "--series",
      paramLabel = "NAME",
      description = "Of this series; of all that begin so if it ends in *.")
  private @Nullable String series;

  @Option(names = "--model", paramLabel = "MODEL", description = "Only of this model.")
  private String model = "";

  @Option(names = "--version", paramLabel = "VERSION", description = "Only of this version.")
  private String version = "";

  MonitorTrendCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var filter = PredictionFilter.newBuilder().setModel(model).setVersion(version);
    if (series != null && series.endsWith("*")) {
      filter.setSeriesPrefix(series.substring(0, series.length() - 1));
    } else if (series != null) {
      filter.setSeries(series);
    }
    var request =
        GetAccuracyTrendRequest.newBuilder()
            .setFilter(filter)
            .setBucket(ProtoTimes.duration(session.duration("--bucket", bucket)));
    TimeRange span = MonitorRange.insteadOf(window, range, session);
    MonitorClient monitor = session.tidewatch().monitor();
    GetAccuracyTrendResponse trend =
        span != null
            ? monitor.accuracyTrend(request.setRange(span).build())
            : monitor.accuracyTrend(
                request.build(), session.duration("--window", window == null ? "30d" : window));
    if (session.json()) {
      session.print(trend);
      return ExitCode.OK;
    }
    List<AccuracyBucket> buckets = trend.getBucketsList();
    session.print(table(buckets));
    if (buckets.isEmpty()) {
      session.say("No forecasts with a target in that window.");
      return ExitCode.OK;
    }
    double[] errors =
        buckets.stream()
            .mapToDouble(b -> b.getFigures().hasMae() ? b.getFigures().getMae() : Double.NaN)
            .toArray();
    session.print(
        "MAE %s %s"
            .formatted(
                Sparkline.of(errors, SPARKLINE_MAX),
                trend.getTrend().name().substring("TREND_".length()).toLowerCase(Locale.ROOT)));
    trend
        .getChangesList()
        .forEach(change ->
            session.print(
                String.format(
                    Locale.ROOT,
                    "%s: %s found the scaled error going from %.3g to %.3g",
                    session.show(change.getTime()),
                    change.getTest(),
                    change.getBefore(),
                    change.getAfter())));
    return ExitCode.OK;
  }

  private Table table(List<AccuracyBucket> buckets) {
    var table =
        new Table()
            .left("FROM")
            .right("PAIRS")
            .right("MAE")
            .right("RMSE")
            .right("MAPE")
            .right("BIAS")
            .right("SKILL")
            .left("COVERAGE");
    for (AccuracyBucket row : buckets) {
      var figures = row.getFigures();
      table.row(
          session.show(row.getStart()),
          Numbers.count(figures.getPairs()),
          figures.hasMae() ? Numbers.compact(figures.getMae()) : "",
          figures.hasRmse() ? Numbers.compact(figures.getRmse()) : "",
          figures.hasMape() ? String.format(Locale.ROOT, "%.2f%%", figures.getMape()) : "",
          figures.hasBias() ? Numbers.compact(figures.getBias()) : "",
          figures.hasSkill() ? Numbers.compact(figures.getSkill()) : "",
          figures.getIntervalsList().stream()
              .map(MonitorTrendCommand::coverage)
              .collect(Collectors.joining(", ")));
    }
    return table;
  }

  private static String coverage(IntervalFigures interval) {
    return String.format(
        Locale.ROOT, "%.1f%% of %.0f%%", interval.getCoverage() * 100, interval.getLevel() * 100);
  }
}
