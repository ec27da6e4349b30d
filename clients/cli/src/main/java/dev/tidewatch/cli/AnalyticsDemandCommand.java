package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.GetDemandRequest;
import dev.tidewatch.proto.monitor.v1.GetDemandResponse;
import dev.tidewatch.sdk.ProtoTimes;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the peak demand and the load factor. */
@Command(
    name = "demand",
    description = "Show the peak demand, measured and forecast, and the load factor.",
    footer = {
      "  tidewatch analytics demand hq/main/power --from now-30d",
      "  tidewatch analytics demand hq/main/power --from now-30d --interval 1h --json"
    })
final class AnalyticsDemandCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "A series of power or energy.")
  private String series;

  @Mixin private final AnalyticsOptions options = new AnalyticsOptions();

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      description = "Demand is the mean over so long (15m).")
  private String interval = "15m";

  AnalyticsDemandCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    var request =
        GetDemandRequest.newBuilder()
            .setSeries(series)
            .setRange(options.range(session))
            .setInterval(ProtoTimes.duration(session.duration("--interval", interval)))
            .build();
    if (options.toFile()) {
      return options.write(session, ExportAnalyticsRequest.newBuilder().setDemand(request));
    }
    GetDemandResponse answer = session.tidewatch().monitor().analytics().demand(request);
    if (session.json()) {
      session.print(answer);
      return ExitCode.OK;
    }
    session.print(
        "Peak         %s kW at %s"
            .formatted(Numbers.compact(answer.getPeakKw()), session.show(answer.getPeakTime())));
    session.print("Mean         %s kW".formatted(Numbers.compact(answer.getMeanKw())));
    session.print(
        "Load factor  %s".formatted(String.format(Locale.ROOT, "%.3f", answer.getLoadFactor())));
    if (answer.hasForecastPeakKw()) {
      session.print(
          "Forecast     %s kW at %s"
              .formatted(
                  Numbers.compact(answer.getForecastPeakKw()),
                  session.show(answer.getForecastPeakTime())));
    }
    return ExitCode.OK;
  }
}
