package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertEvent;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.WatchAlertsRequest;
import dev.tidewatch.proto.monitor.v1.WatchAlertsResponse;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows alerts as they change. */
@Command(
    name = "watch",
    description = "Show alerts as they fire, are acknowledged and end; until interrupted.",
    footer = {
      "  tidewatch alerts watch --severity high",
      "  tidewatch alerts watch --series 'hq/*' --json | jq -c .alert.summary",
      "  tidewatch alerts watch --count 10"
    })
final class AlertsWatchCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--series",
      paramLabel = "NAME",
      description = "About this series; about all that begin so if it ends in *.")
  private String series = "";

  @Option(
      names = "--severity",
      paramLabel = "LEAST",
      description = "This and worse: low, medium, high or critical (low).")
  private String severity = "low";

  @Mixin private final WatchOptions watch = new WatchOptions();

  AlertsWatchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    var request =
        WatchAlertsRequest.newBuilder()
            .setSeriesPattern(series)
            .setSeverityMin(
                SeriesCreateCommand.constant(Severity.class, "SEVERITY_", "--severity", severity))
            .build();
    watch.follow(
        session,
        session.tidewatch().monitor().alerts().watchResuming(request),
        WatchAlertsResponse::hasTransition,
        message -> show(message.getTransition()));
    return ExitCode.OK;
  }

  private void show(AlertEvent event) {
    if (session.json()) {
      session.print(event);
    } else {
      Alert alert = event.getAlert();
      session.print(
          "%s  %-12s  %-8s  %s  %s  %s"
              .formatted(
                  session.show(event.getTransition().getTime()),
                  ProtoJson.bare(event.getTransition().getTo().getValueDescriptor())
                      .toLowerCase(Locale.ROOT),
                  Severities.show(session.style(), alert.getSeverity().getValueDescriptor()),
                  alert.getId(),
                  alert.getRule(),
                  event.getTransition().getReason()));
    }
  }
}
