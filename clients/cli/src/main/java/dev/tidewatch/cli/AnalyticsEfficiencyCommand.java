package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.GetEfficiencyRequest;
import dev.tidewatch.proto.monitor.v1.GetEfficiencyResponse;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.sdk.ProtoTimes;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares consumption with a baseline. */
@Command(
    name = "efficiency",
    description = {
      "Compare consumption with a baseline of temperature and hour of the week.",
      "The score is 50 at the baseline, 100 at half of it, 0 at half as much again."
    },
    footer = {
      "  tidewatch analytics efficiency hq/main/power --from now-7d",
      "  tidewatch analytics efficiency hq/main/power --temperature hq/outdoor-temp \\",
      "      --from 2024-03-01 --to 2024-04-01 --baseline-from 2023-03-01 --baseline-to 2023-04-01"
    })
final class AnalyticsEfficiencyCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "A series of power or energy.")
  private String series;

  @Mixin private final AnalyticsOptions options = new AnalyticsOptions();

  @Option(
      names = "--temperature",
      paramLabel = "SERIES",
      description = "Outside temperature (none: the hour of the week alone).")
  private String temperature = "";

  @Option(
      names = "--baseline-from",
      paramLabel = "TIME",
      description = "First time of what is usual (90 days before --from).")
  private @Nullable String baselineFrom;

  @Option(
      names = "--baseline-to",
      paramLabel = "TIME",
      description = "End of what is usual (--from).")
  private @Nullable String baselineTo;

  AnalyticsEfficiencyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    TimeRange range = options.range(session);
    var request =
        GetEfficiencyRequest.newBuilder()
            .setSeries(series)
            .setTemperatureSeries(temperature)
            .setRange(range)
            .setTimeZone(AnalyticsOptions.zone(session));
    Instant first = session.momentIfGiven("--baseline-from", baselineFrom);
    Instant end = session.momentIfGiven("--baseline-to", baselineTo);
    if (first != null) {
      request.setBaselineRange(
          TimeRange.newBuilder()
              .setFrom(ProtoTimes.timestamp(first))
              .setTo(end == null ? range.getFrom() : ProtoTimes.timestamp(end)));
    } else if (end != null) {
      throw new UsageException("--baseline-to: give --baseline-from too");
    }
    if (options.toFile()) {
      return options.write(session, ExportAnalyticsRequest.newBuilder().setEfficiency(request));
    }
    GetEfficiencyResponse answer =
        session.tidewatch().monitor().analytics().efficiency(request.build());
    if (session.json()) {
      session.print(answer);
      return ExitCode.OK;
    }
    session.print("Score     %s".formatted(String.format(Locale.ROOT, "%.0f", answer.getScore())));
    session.print("Measured  %s kWh".formatted(Numbers.compact(answer.getMeasuredKwh())));
    session.print(
        "Baseline  %s kWh, CV(RMSE) %s"
            .formatted(
                Numbers.compact(answer.getBaselineKwh()),
                String.format(Locale.ROOT, "%.1f%%", answer.getBaselineCvRmse())));
    return ExitCode.OK;
  }
}
