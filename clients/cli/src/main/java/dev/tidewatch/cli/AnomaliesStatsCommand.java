package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.AnomalyDimension;
import dev.tidewatch.proto.monitor.v1.AnomalyGroup;
import dev.tidewatch.proto.monitor.v1.GetAnomalyStatisticsRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.sdk.ProtoTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts anomalies. */
@Command(
    name = "stats",
    description = "Count anomalies, and how many were false alarms.",
    footer = {
      "  tidewatch anomalies stats",
      "  tidewatch anomalies stats --from now-30d --by detector,severity",
      "  tidewatch anomalies stats --series 'hq/*' --by day --json"
    })
final class AnomaliesStatsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final AnomalyOptions filter = new AnomalyOptions();

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--by",
      paramLabel = "PART[,PART]...",
      hideParamSyntax = true,
      split = ",",
      description = "Split by series, detector, severity, status, hour, day (series).")
  private List<String> by = new ArrayList<>(List.of("series"));

  @Option(names = "--limit", paramLabel = "N", description = "At most this many groups (50).")
  private int limit = 50;

  AnomaliesStatsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var asked = range.range(session);
    Instant now = session.moment("--to", "now");
    var request = GetAnomalyStatisticsRequest.newBuilder().setFilter(filter.filter());
    request
        .getRangeBuilder()
        .setFrom(
            asked.hasStartTime()
                ? asked.getStartTime()
                : ProtoTimes.timestamp(now.minus(Duration.ofDays(7))))
        .setTo(asked.hasEndTime() ? asked.getEndTime() : ProtoTimes.timestamp(now));
    for (String part : by) {
      request.addGroupBy(
          SeriesCreateCommand.constant(AnomalyDimension.class, "ANOMALY_DIMENSION_", "--by", part));
    }
    List<AnomalyGroup> groups =
        session.tidewatch().monitor().anomalyStatistics(request.build()).limit(limit).toList();
    if (session.json()) {
      session.print(groups);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .left("SERIES")
            .left("DETECTOR")
            .whole("SEVERITY")
            .whole("STATUS")
            .whole("FROM")
            .right("ANOMALIES")
            .right("FALSE")
            .right("PER DAY");
    for (AnomalyGroup group : groups) {
      table.row(
          group.getSeries(),
          (group.getDetector() + " " + group.getDetectorVersion()).strip(),
          group.getSeverity() == Severity.SEVERITY_UNSPECIFIED
              ? ""
              : Severities.show(session.style(), group.getSeverity().getValueDescriptor()),
          group.getStatusValue() == 0
              ? ""
              : ProtoJson.bare(group.getStatus().getValueDescriptor()).toLowerCase(Locale.ROOT),
          group.hasStart() ? session.show(group.getStart()) : "",
          Numbers.count(group.getAnomalies()),
          Numbers.count(group.getFalseAlarms()),
          Numbers.compact(group.getPerDay()));
    }
    session.print(table);
    return ExitCode.OK;
  }
}
