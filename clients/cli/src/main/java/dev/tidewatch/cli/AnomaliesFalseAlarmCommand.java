package dev.tidewatch.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Marks anomalies as none. */
@Command(
    name = "false-alarm",
    description = {
      "Say that these were no anomalies.",
      "The detector's threshold for the series rises by a quarter, once per raise, up to three times"
          + " as trained, and comes back over months."
    },
    footer = {
      "  tidewatch anomalies false-alarm 3f2a9c0d5e --comment 'a test of the siren'",
      "  tidewatch anomalies false-alarm 3f2a9c0d5e 81c20bb7f3 --json"
    })
final class AnomaliesFalseAlarmCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "1..*", paramLabel = "ID", description = AnomalyIds.DESCRIPTION)
  private List<String> ids = new ArrayList<>();

  @Mixin private final ActorOption actor = new ActorOption();

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why it was none.")
  private String comment = "";

  AnomaliesFalseAlarmCommand(Session session) {
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
                .markFalseAlarm(AnomalyIds.whole(session, typed), who, comment),
        answer ->
            "Marked %s: %s."
                .formatted(
                    answer.getAnomaly().getId(),
                    answer.getTuningRevision() == 0
                        ? "the threshold stays, a raise has answered it or it is at its highest"
                        : "the threshold of %s on %s rises with tuning %d"
                            .formatted(
                                answer.getAnomaly().getDetector(),
                                answer.getAnomaly().getSeries(),
                                answer.getTuningRevision())));
    return ExitCode.OK;
  }
}
