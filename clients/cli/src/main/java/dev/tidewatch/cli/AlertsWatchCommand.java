package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertEvent;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.WatchAlertsRequest;
import dev.tidewatch.sdk.AlertWatch;
import dev.tidewatch.sdk.Backoff;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
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

  @Option(names = "--count", paramLabel = "N", description = "Stop after this many changes.")
  private long count = Long.MAX_VALUE;

  private long seen;

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
    var watch =
        new AlertWatch(
            session.tidewatch().monitor().alerts(),
            request,
            Backoff.USUAL,
            RandomGenerator.getDefault());
    try {
      watch.run(
          this::show,
          e ->
              session.warn("connection lost (" + Failures.lines(e).getFirst() + "); trying again"));
    } catch (Enough e) {
      return ExitCode.OK;
    }
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
    session.out().flush();
    if (++seen >= count) {
      throw new Enough();
    }
  }

  /** Ends the watch. */
  private static final class Enough extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    Enough() {
      super("enough", null, false, false);
    }
  }
}
