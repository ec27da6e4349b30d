package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.Consumption;
import dev.tidewatch.proto.monitor.v1.ConsumptionBucket;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.GetConsumptionRequest;
import dev.tidewatch.proto.monitor.v1.GetConsumptionResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows energy used per hour or day. */
@Command(
    name = "consumption",
    description = {
      "Show the energy used per hour or day, from a series of power or an energy meter.",
      "Days are those of --time-zone."
    },
    footer = {
      "  tidewatch analytics consumption hq/main/power --from now-7d",
      "  tidewatch analytics consumption hq/main/energy --from 2024-03-01 --bucket hour \\",
      "      --time-zone Europe/Athens -o march.csv"
    })
final class AnalyticsConsumptionCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "A series of power or energy.")
  private String series;

  @Mixin private final AnalyticsOptions options = new AnalyticsOptions();

  @Option(names = "--bucket", paramLabel = "WIDTH", description = "hour or day (day).")
  private String bucket = "day";

  AnalyticsConsumptionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    var request =
        GetConsumptionRequest.newBuilder()
            .setSeries(series)
            .setRange(options.range(session))
            .setTimeZone(AnalyticsOptions.zone(session))
            .setBucket(
                SeriesCreateCommand.constant(
                    ConsumptionBucket.class, "CONSUMPTION_BUCKET_", "--bucket", bucket))
            .build();
    if (options.toFile()) {
      return options.write(session, ExportAnalyticsRequest.newBuilder().setConsumption(request));
    }
    GetConsumptionResponse answer = session.tidewatch().monitor().analytics().consumption(request);
    if (session.json()) {
      session.print(answer);
      return ExitCode.OK;
    }
    var table = new Table().whole("START").right("KWH").right("COVERED");
    for (Consumption each : answer.getBucketsList()) {
      table.row(
          session.show(each.getStart()),
          Numbers.compact(each.getKwh()),
          String.format(Locale.ROOT, "%.1f%%", 100 * each.getCompleteness()));
    }
    session.print(table);
    session.say("Total: " + Numbers.compact(answer.getTotalKwh()) + " kWh");
    return ExitCode.OK;
  }
}
