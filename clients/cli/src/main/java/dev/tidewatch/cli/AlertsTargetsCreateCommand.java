package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.DeliveryFormat;
import dev.tidewatch.proto.monitor.v1.DeliveryTarget;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a target of deliveries. */
@Command(
    name = "create",
    description = "Deliver alerts to a webhook, a Slack channel or an Alertmanager.",
    footer = {
      "  tidewatch alerts targets create ops https://ops.example.org/alerts --secret-file ops.secret",
      "  tidewatch alerts targets create night https://hooks.slack.com/services/… --format slack"
          + " --match severity=CRITICAL",
      "  tidewatch alerts targets create am http://alertmanager:9093/api/v2/alerts --format"
          + " alertmanager"
    })
final class AlertsTargetsCreateCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "1 to 128 of A-Z, a-z, 0-9, _, . and -.")
  private String name = "";

  @Parameters(paramLabel = "URL", description = "http or https.")
  private String url = "";

  @Mixin private final TargetOptions options = new TargetOptions();

  AlertsTargetsCreateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var target =
        DeliveryTarget.newBuilder()
            .setName(name)
            .setUrl(url)
            .setFormat(DeliveryFormat.DELIVERY_FORMAT_JSON);
    options.apply(target);
    DeliveryTarget made = session.tidewatch().monitor().delivery().createTarget(target.build());
    if (session.json()) {
      session.print(AlertsTargetsListCommand.json(made));
    } else {
      session.print(
          "Alerts go to %s now; 'tidewatch alerts targets test %s' tries it."
              .formatted(made.getUrl(), made.getName()));
    }
    return ExitCode.OK;
  }
}
