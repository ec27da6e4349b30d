package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.DeliveryTarget;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists targets of deliveries. */
@Command(
    name = "list",
    description = "List where alerts are delivered to. Secrets are never shown.",
    footer = {"  tidewatch alerts targets list", "  tidewatch alerts targets list --json"})
final class AlertsTargetsListCommand implements Callable<Integer> {
  private final Session session;

  AlertsTargetsListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<DeliveryTarget> targets = session.tidewatch().monitor().delivery().targets().toList();
    if (session.json()) {
      var array = Session.object().putArray("targets");
      targets.forEach(target -> array.add(json(target)));
      session.print(array);
      return ExitCode.OK;
    }
    session.print(table(targets));
    if (targets.isEmpty()) {
      session.say("There are no targets; 'tidewatch alerts targets create' makes one.");
    }
    return ExitCode.OK;
  }

  /** As the contract has it, without the field that is only ever written. */
  static com.fasterxml.jackson.databind.node.ObjectNode json(DeliveryTarget target) {
    var object = ProtoJson.object(target);
    object.remove("secret");
    return object;
  }

  static Table table(List<DeliveryTarget> targets) {
    var table =
        new Table()
            .whole("NAME")
            .whole("FORMAT")
            .left("URL")
            .left("MATCHES")
            .right("ATTEMPTS")
            .whole("STATE");
    for (DeliveryTarget target : targets) {
      table.row(
          target.getName(),
          ProtoJson.bare(target.getFormat().getValueDescriptor()).toLowerCase(Locale.ROOT),
          target.getUrl(),
          target.getMatchersList().stream()
              .map(matcher -> matcher.getLabel() + "=" + matcher.getPattern())
              .collect(Collectors.joining(" ")),
          Integer.toString(target.getAttemptsMax()),
          target.getDisabled() ? "disabled" : "enabled");
    }
    return table;
  }
}
