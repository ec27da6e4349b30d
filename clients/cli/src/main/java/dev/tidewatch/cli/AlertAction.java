package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.sdk.AlertClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a person does to alerts by hand: to which, who, and why. */
final class AlertAction {
  @Parameters(arity = "1..*", paramLabel = "ID", description = AlertIds.DESCRIPTION)
  private List<String> ids = new ArrayList<>();

  @Mixin private final ActorOption actor = new ActorOption();

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
  private String comment = "";

  /** One call of the client. */
  @FunctionalInterface
  interface Call {
    Alert make(AlertClient alerts, String id, String actor, String comment);
  }

  /**
   * Does it to each.
   *
   * @param done says what was done, for people
   */
  int run(Session session, Call call, String done) {
    String who = actor.name(session);
    session.printEach(
        ids,
        typed ->
            call.make(
                session.tidewatch().monitor().alerts(),
                AlertIds.whole(session, typed),
                who,
                comment),
        alert -> "%s %s: %s".formatted(done, alert.getId(), alert.getSummary()));
    return ExitCode.OK;
  }
}
