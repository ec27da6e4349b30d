package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sets a tuning by hand. */
@Command(
    name = "set",
    description = "Tune a version for a series by hand. It stays so until it is reset.",
    footer = {
      "  tidewatch monitor tunings set zscore@1.0.0 hq/co2 --factor 2 --reason 'noisy sensor'",
      "  tidewatch monitor tunings set load hq/power --offset 1.5 --offset 2 --reason 'new tariff'"
    })
final class TuningsSetCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private TunedVersion tuned = new TunedVersion();

  @Option(
      names = "--factor",
      paramLabel = "X",
      description = "What the detector's threshold is multiplied by, 0.1 to 10 (1: as trained).")
  private double factor = 1;

  @Option(
      names = "--offset",
      paramLabel = "X",
      description = {
        "Move both ends of the intervals outwards by so much. Once for each step; the last holds",
        "for the steps behind it (none)."
      })
  private List<Double> offsets = List.of();

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; kept.")
  private String reason = "";

  TuningsSetCommand(Session session) {
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
            .set(
                Tuning.newBuilder()
                    .setSeries(tuned.series())
                    .setModel(version.getModel())
                    .setVersion(version.getVersion())
                    .setThresholdFactor(factor)
                    .addAllConformalOffsets(offsets)
                    .build(),
                reason);
    if (session.json()) {
      session.print(tuning);
    } else {
      session.print(
          "%s %s is tuned for %s: revision %d."
              .formatted(
                  version.getModel(), version.getVersion(), tuned.series(), tuning.getRevision()));
    }
    return ExitCode.OK;
  }
}
