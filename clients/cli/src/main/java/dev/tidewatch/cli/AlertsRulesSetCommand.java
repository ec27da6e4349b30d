package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.sdk.AlertClient;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an alert rule, or replaces it. */
@Command(
    name = "set",
    description = "Make a rule, or replace the one of that name.",
    footer = {
      "  tidewatch alerts rules set odd --on anomaly --anomaly-severity high --severity high",
      "  tidewatch alerts rules set mape-high --on accuracy --measure mape --limit 15 \\",
      "      --model load --window 1d --severity high --advice 'retrain, or look at the meter'",
      "  tidewatch alerts rules set stale --on staleness --series 'hq/*' --silent-for 1h \\",
      "      --severity medium --hold 5m --cool-down 30m --group-by device",
      "  tidewatch alerts rules set servers --on server --severity critical"
    })
final class AlertsRulesSetCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "NAME", description = "Letters, digits, _ . and -.")
  private String name;

  @Mixin private final AlertConditionOptions condition = new AlertConditionOptions();

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--severity",
      required = true,
      paramLabel = "HOW-BAD",
      description = "Of its alerts: low, medium, high or critical.")
  private String severity;

  @Option(
      names = "--series",
      paramLabel = "NAME",
      description = "This series; all that begin so if it ends in * (all).")
  private String series = "";

  @Option(names = "--model", paramLabel = "MODEL", description = "This model or detector (all).")
  private String model = "";

  @Option(
      names = "--hold",
      paramLabel = "DURATION",
      description = "The condition must hold so long before the alert fires (0s).")
  private String hold = "0s";

  @Option(
      names = "--resolve-after",
      paramLabel = "DURATION",
      description = "The condition must be over so long before the alert is resolved (0s).")
  private String resolveAfter = "0s";

  @Option(
      names = "--cool-down",
      paramLabel = "DURATION",
      description = "So long after a resolution it does not fire again (0s).")
  private String coolDown = "0s";

  @Option(
      names = "--flaps",
      paramLabel = "N",
      description = "More changes an hour and it is held firing (6).")
  private int flaps;

  @Option(
      names = "--group-by",
      paramLabel = "LABEL",
      split = ",",
      description =
          "Alerts that agree in these are delivered as one: series, model, version, device.")
  private List<String> groupBy = new ArrayList<>();

  @Option(
      names = "--inhibited-by",
      paramLabel = "RULE",
      split = ",",
      description = "Not delivered while one of these rules fires for the same series.")
  private List<String> inhibitedBy = new ArrayList<>();

  @Option(names = "--advice", paramLabel = "TEXT", description = "What a person should do.")
  private String advice = "";

  @Option(names = "--off", description = "Keep the rule, but off.")
  private boolean off;

  AlertsRulesSetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var rule =
        AlertRule.newBuilder()
            .setName(name)
            .setSeriesPattern(series)
            .setModel(model)
            .setSeverity(
                SeriesCreateCommand.constant(Severity.class, "SEVERITY_", "--severity", severity))
            .setHold(ProtoTimes.duration(session.duration("--hold", hold)))
            .setResolveAfter(ProtoTimes.duration(session.duration("--resolve-after", resolveAfter)))
            .setCoolDown(ProtoTimes.duration(session.duration("--cool-down", coolDown)))
            .setFlapsPerHourMax(flaps)
            .addAllGroupBy(groupBy)
            .addAllInhibitedBy(inhibitedBy)
            .setAdvice(advice)
            .setDisabled(off);
    condition.applyTo(rule, session);
    AlertClient alerts = session.tidewatch().monitor().alerts();
    Optional<AlertRule> present =
        alerts.rules().filter(known -> known.getName().equals(name)).findFirst();
    AlertRule kept =
        present.isPresent()
            ? alerts.updateRule(rule.setEtag(present.get().getEtag()).build())
            : alerts.createRule(rule.build());
    if (session.json()) {
      session.print(kept);
    } else {
      session.print((present.isPresent() ? "Replaced " : "Made ") + name + ".");
    }
    return ExitCode.OK;
  }
}
