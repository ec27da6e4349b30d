package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows one tuning. */
@Command(
    name = "get",
    description = "Show how a version was tuned for a series, every offset included.",
    footer = "  tidewatch monitor tunings get load@1.2.0 hq/power")
final class TuningsGetCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private TunedVersion tuned = new TunedVersion();

  TuningsGetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ModelVersion version = tuned.version(session);
    Tuning tuning =
        session
            .tidewatch()
            .monitor()
            .tunings()
            .get(tuned.series(), version.getModel(), version.getVersion());
    if (session.json()) {
      session.print(tuning);
    } else {
      Details.print(session, tuning);
    }
    return ExitCode.OK;
  }
}
