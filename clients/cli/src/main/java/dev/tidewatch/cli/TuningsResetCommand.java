package dev.tidewatch.cli;

import dev.tidewatch.proto.registry.v1.ModelVersion;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes a tuning away. */
@Command(
    name = "reset",
    description = "Let a version run on a series as it was trained, until something tunes it.",
    footer = "  tidewatch monitor tunings reset load@1.2.0 hq/power")
final class TuningsResetCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private TunedVersion tuned = new TunedVersion();

  TuningsResetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ModelVersion version = tuned.version(session);
    long revision =
        session
            .tidewatch()
            .monitor()
            .tunings()
            .reset(tuned.series(), version.getModel(), version.getVersion());
    if (session.json()) {
      session.print(
          Session.object()
              .put("series", tuned.series())
              .put("model", version.getModel())
              .put("version", version.getVersion())
              .put("revision", revision));
    } else {
      session.print(
          "%s %s runs on %s as it was trained."
              .formatted(version.getModel(), version.getVersion(), tuned.series()));
    }
    return ExitCode.OK;
  }
}
