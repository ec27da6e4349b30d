package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Adds a comment to an anomaly. */
@Command(
    name = "comment",
    description = "Add a comment to an anomaly.",
    footer = {
      "  tidewatch anomalies comment 3f2a9c0d5e 'a door stood open'",
      "  tidewatch anomalies comment 3f2a9c0d5e 'looked at it' --as night-shift"
    })
final class AnomaliesCommentCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(index = "0", paramLabel = "ID", description = AnomalyIds.DESCRIPTION)
  private String id;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(index = "1", paramLabel = "TEXT", description = "What there is to say.")
  private String comment;

  @Mixin private final ActorOption actor = new ActorOption();

  AnomaliesCommentCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Anomaly anomaly =
        session
            .tidewatch()
            .monitor()
            .comment(AnomalyIds.whole(session, id), actor.name(session), comment);
    if (session.json()) {
      session.print(anomaly);
    } else {
      session.print("Added to %s.".formatted(anomaly.getId()));
    }
    return ExitCode.OK;
  }
}
