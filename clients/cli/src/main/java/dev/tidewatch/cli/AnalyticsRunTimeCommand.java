package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.GetRunTimeRequest;
import dev.tidewatch.proto.monitor.v1.GetRunTimeResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how long plant ran. */
@Command(
    name = "run-time",
    description = "Show how long plant ran, how often it started, and its longest run.",
    footer = {
      "  tidewatch analytics run-time hq/ahu-1/fan-speed --above 5 --from now-7d",
      "  tidewatch analytics run-time hq/chiller/on --from 2024-03-01 --to 2024-04-01 --json"
    })
final class AnalyticsRunTimeCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "What tells whether it runs.")
  private String series;

  @Mixin private final AnalyticsOptions options = new AnalyticsOptions();

  @Option(
      names = "--above",
      paramLabel = "VALUE",
      description = "It runs while the value is above this (0).")
  private double threshold;

  AnalyticsRunTimeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    var request =
        GetRunTimeRequest.newBuilder()
            .setSeries(series)
            .setRange(options.range(session))
            .setThreshold(threshold)
            .build();
    if (options.toFile()) {
      return options.write(session, ExportAnalyticsRequest.newBuilder().setRunTime(request));
    }
    GetRunTimeResponse answer = session.tidewatch().monitor().analytics().runTime(request);
    if (session.json()) {
      session.print(answer);
      return ExitCode.OK;
    }
    session.print(
        "Ran      %s h, %s of the time"
            .formatted(
                hours(answer.getRunTime()),
                String.format(Locale.ROOT, "%.1f%%", 100 * answer.getDuty())));
    session.print("Starts   %s".formatted(Numbers.count(answer.getStarts())));
    session.print("Longest  %s h".formatted(hours(answer.getLongestRun())));
    return ExitCode.OK;
  }

  private static String hours(com.google.protobuf.Duration duration) {
    return Numbers.compact((duration.getSeconds() + duration.getNanos() / 1e9) / 3600);
  }
}
