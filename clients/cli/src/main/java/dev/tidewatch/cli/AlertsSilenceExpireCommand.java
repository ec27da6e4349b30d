package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Silence;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends a silence. */
@Command(
    name = "expire",
    description = "End a silence now.",
    footer = {
      "  tidewatch alerts silence expire 3f2a9c0d5e6b7a8190a1b2c3d4e5f607",
      "  tidewatch alerts silence expire 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --as facility"
    })
final class AlertsSilenceExpireCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ID", description = "As 'alerts silence list' shows it.")
  private String id;

  @Mixin private final ActorOption actor = new ActorOption();

  AlertsSilenceExpireCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Silence silence = session.tidewatch().monitor().alerts().expireSilence(id, actor.name(session));
    if (session.json()) {
      session.print(silence);
    } else {
      session.print(
          "Silence %s ended at %s."
              .formatted(silence.getId(), session.show(silence.getRange().getTo())));
    }
    return ExitCode.OK;
  }
}
