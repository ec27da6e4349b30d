package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.proto.monitor.v1.Correlation;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.GetCorrelationRequest;
import dev.tidewatch.sdk.ProtoTimes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how series go together. */
@Command(
    name = "correlation",
    description = {
      "Show how series go together: Pearson's coefficient at the lag where it is strongest.",
      "A positive lag: the second follows the first."
    },
    footer = {
      "  tidewatch analytics correlation hq/outdoor-temp hq/heat/power --from now-30d --lag-max 1d",
      "  tidewatch analytics correlation hq/a hq/b hq/c --from now-7d --step 1h --json"
    })
final class AnalyticsCorrelationCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", arity = "2..50", description = "2 to 50 series.")
  private List<String> series;

  @Mixin private final AnalyticsOptions options = new AnalyticsOptions();

  @Option(
      names = "--step",
      paramLabel = "DURATION",
      description = "Means over so long are compared (15m).")
  private String step = "15m";

  @Option(
      names = "--lag-max",
      paramLabel = "DURATION",
      description = "Largest lag looked at, both ways (none).")
  private String lagMax = "0s";

  AnalyticsCorrelationCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    var request =
        GetCorrelationRequest.newBuilder()
            .addAllSeries(series)
            .setRange(options.range(session))
            .setStep(ProtoTimes.duration(session.duration("--step", step)))
            .setLagMax(ProtoTimes.duration(session.duration("--lag-max", lagMax)))
            .build();
    if (options.toFile()) {
      return options.write(session, ExportAnalyticsRequest.newBuilder().setCorrelation(request));
    }
    List<Correlation> found = session.tidewatch().monitor().analytics().correlations(request);
    if (session.json()) {
      session.print(found);
      return ExitCode.OK;
    }
    var table =
        new Table().left("FIRST").left("SECOND").right("COEFFICIENT").right("LAG").right("PAIRS");
    for (Correlation each : found) {
      table.row(
          each.getFirst(),
          each.getSecond(),
          String.format(Locale.ROOT, "%.3f", each.getCoefficient()),
          Durations.format(Duration.ofSeconds(each.getLag().getSeconds())),
          Numbers.count(each.getPairs()));
    }
    session.print(table);
    return ExitCode.OK;
  }
}
