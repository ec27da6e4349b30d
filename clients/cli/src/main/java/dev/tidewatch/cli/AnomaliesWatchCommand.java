package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyEvent;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows anomalies as they are found. */
@Command(
    name = "watch",
    description = "Show anomalies, and what becomes of them, as it happens; until interrupted.",
    footer = {
      "  tidewatch anomalies watch --severity high",
      "  tidewatch anomalies watch --series 'hq/*' --json | jq -c .anomaly",
      "  tidewatch anomalies watch --from-start --count 10"
    })
final class AnomaliesWatchCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final AnomalyOptions filter = new AnomalyOptions();

  @Option(names = "--from-start", description = "First everything that is in the log.")
  private boolean fromStart;

  @Mixin private final WatchOptions watch = new WatchOptions();

  AnomaliesWatchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    var request =
        WatchAnomaliesRequest.newBuilder()
            .setFilter(filter.filter())
            .setFromStart(fromStart)
            .build();
    watch.follow(
        session,
        session.tidewatch().monitor().watchAnomaliesResuming(request),
        WatchAnomaliesResponse::hasChange,
        message -> show(message.getChange()));
    return ExitCode.OK;
  }

  private void show(AnomalyEvent event) {
    if (session.json()) {
      session.print(event);
    } else {
      Anomaly anomaly = event.getAnomaly();
      session.print(
          "%s  %-12s  %-8s  %s  %s = %s%s  %s"
              .formatted(
                  session.show(anomaly.getTime()),
                  ProtoJson.bare(event.getChange().getAction().getValueDescriptor())
                      .toLowerCase(Locale.ROOT),
                  Severities.show(session.style(), anomaly.getSeverity().getValueDescriptor()),
                  anomaly.getId(),
                  anomaly.getSeries(),
                  Numbers.compact(anomaly.getValue()),
                  anomaly.hasExpected()
                      ? ", expected " + Numbers.compact(anomaly.getExpected())
                      : "",
                  anomaly.getReason()));
    }
  }
}
