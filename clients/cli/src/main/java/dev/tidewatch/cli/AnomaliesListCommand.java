package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what the detectors found. */
@Command(
    name = "list",
    description = "List what the detectors found, newest first.",
    footer = {
      "  tidewatch anomalies list",
      "  tidewatch anomalies list --series 'realKnownCause/*' --severity high --open",
      "  tidewatch anomalies list --from now-1d --json | jq -r '.[].id'"
    })
final class AnomaliesListCommand implements Callable<Integer> {
  /** Enough to tell anomalies apart; 'anomalies ack' takes it. */
  static final int SHORT_ID = 10;

  private final Session session;

  @Mixin private final AnomalyOptions filter = new AnomalyOptions();

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (50).")
  private int limit = 50;

  AnomaliesListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var asked = range.range(session);
    var request =
        ListAnomaliesRequest.newBuilder()
            .setFilter(filter.filter())
            .setPageSize(Math.min(Math.max(limit + 1, 1), 1000));
    if (asked.hasStartTime()) {
      request.getRangeBuilder().setFrom(asked.getStartTime());
    }
    if (asked.hasEndTime()) {
      request.getRangeBuilder().setTo(asked.getEndTime());
    }
    List<Anomaly> found =
        session.tidewatch().monitor().listAnomalies(request.build()).limit(limit + 1L).toList();
    List<Anomaly> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      session.print(table(session, shown));
      if (shown.isEmpty()) {
        session.say("No anomalies match.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  static Table table(Session session, List<Anomaly> anomalies) {
    var table =
        new Table()
            .whole("TIME")
            .left("SERIES")
            .right("VALUE")
            .right("EXPECTED")
            .right("SCORE")
            .whole("SEVERITY")
            .whole("STATUS")
            .left("DETECTOR")
            .whole("ID");
    for (Anomaly anomaly : anomalies) {
      table.row(
          session.show(anomaly.getTime()),
          anomaly.getSeries(),
          Numbers.compact(anomaly.getValue()),
          anomaly.hasExpected() ? Numbers.compact(anomaly.getExpected()) : "",
          Numbers.compact(anomaly.getScore()),
          Severities.show(session.style(), anomaly.getSeverity().getValueDescriptor()),
          ProtoJson.bare(anomaly.getStatus().getValueDescriptor())
              .toLowerCase(java.util.Locale.ROOT),
          anomaly.getDetector() + " " + anomaly.getDetectorVersion(),
          session.terminal() ? anomaly.getId().substring(0, SHORT_ID) : anomaly.getId());
    }
    return table;
  }
}
