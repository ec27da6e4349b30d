package dev.tidewatch.cli;

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

  @Parameters(arity = "1..*", paramLabel = "ID", description = AnomalyIds.DESCRIPTION)
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
    session.printEach(
        ids,
        typed ->
            session
                .tidewatch()
                .monitor()
                .acknowledge(AnomalyIds.whole(session, typed), who, comment),
        anomaly ->
            "Acknowledged %s: %s at %s."
                .formatted(anomaly.getId(), anomaly.getSeries(), session.show(anomaly.getTime())));
    return ExitCode.OK;
  }
}
