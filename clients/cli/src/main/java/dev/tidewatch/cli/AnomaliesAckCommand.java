package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Acknowledges anomalies. */
@Command(
    name = "ack",
    description = "Say that somebody has seen these anomalies.",
    footer = {
      "  tidewatch anomalies ack 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --comment 'sensor replaced'",
      "  tidewatch anomalies ack 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --as night-shift --json"
    })
final class AnomaliesAckCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "As 'anomalies list' shows them; six or more digits are enough.")
  private List<String> ids = new ArrayList<>();

  @Mixin private final ActorOption actor = new ActorOption();

  @Option(names = "--comment", paramLabel = "TEXT", description = "What was found.")
  private String comment = "";

  AnomaliesAckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String who = actor.name(session);
    var array = Session.object().putArray("anomalies");
    for (String typed : ids) {
      String id = AnomalyIds.whole(session, typed);
      Anomaly anomaly = session.tidewatch().monitor().acknowledge(id, who, comment);
      array.add(ProtoJson.object(anomaly));
      if (!session.json()) {
        session.print(
            "Acknowledged %s: %s at %s."
                .formatted(id, anomaly.getSeries(), session.show(anomaly.getTime())));
      }
    }
    if (session.json()) {
      session.print(array);
    }
    return ExitCode.OK;
  }
}
