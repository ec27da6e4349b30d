package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives an anomaly to somebody. */
@Command(
    name = "assign",
    description = "Give an anomaly to somebody, or to nobody.",
    footer = {
      "  tidewatch anomalies assign 3f2a9c0d5e --to bob",
      "  tidewatch anomalies assign 3f2a9c0d5e --to '' --json"
    })
final class AnomaliesAssignCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = AnomalyIds.DESCRIPTION)
  private String id;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(names = "--to", required = true, paramLabel = "NAME", description = "Whose it is.")
  private String assignee;

  @Mixin private final ActorOption actor = new ActorOption();

  AnomaliesAssignCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Anomaly anomaly =
        session
            .tidewatch()
            .monitor()
            .assign(AnomalyIds.whole(session, id), actor.name(session), assignee);
    if (session.json()) {
      session.print(anomaly);
    } else {
      session.print(
          anomaly.getAssignee().isEmpty()
              ? "%s is nobody's.".formatted(anomaly.getId())
              : "%s is %s's.".formatted(anomaly.getId(), anomaly.getAssignee()));
    }
    return ExitCode.OK;
  }
}
