package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.CompareDevicesRequest;
import dev.tidewatch.proto.monitor.v1.DeviceMeasure;
import dev.tidewatch.proto.monitor.v1.DeviceRank;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ranks devices. */
@Command(
    name = "devices",
    description = "Rank devices by a measure; DEVIATION is the distance from the median.",
    footer = {
      "  tidewatch analytics devices hq/ahu-1 hq/ahu-2 hq/ahu-3 --by consumption --from now-30d",
      "  tidewatch analytics devices hq/ahu-1 hq/ahu-2 --by peak-demand --from now-7d -o peaks.csv"
    })
final class AnalyticsDevicesCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(
      paramLabel = "DEVICE",
      arity = "2..1000",
      description = "2 to 1,000 devices; 'tidewatch devices' lists them.")
  private List<String> devices;

  @Mixin private final AnalyticsOptions options = new AnalyticsOptions();

  @Option(
      names = "--by",
      paramLabel = "MEASURE",
      description =
          "consumption, peak-demand, load-factor, efficiency, anomalies or health (consumption).")
  private String measure = "consumption";

  AnalyticsDevicesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    var request =
        CompareDevicesRequest.newBuilder()
            .addAllDevices(devices)
            .setRange(options.range(session))
            .setTimeZone(AnalyticsOptions.zone(session))
            .setMeasure(
                SeriesCreateCommand.constant(
                    DeviceMeasure.class, "DEVICE_MEASURE_", "--by", measure))
            .build();
    if (options.toFile()) {
      return options.write(session, ExportAnalyticsRequest.newBuilder().setDevices(request));
    }
    List<DeviceRank> ranks = session.tidewatch().monitor().analytics().compare(request);
    if (session.json()) {
      session.print(ranks);
      return ExitCode.OK;
    }
    var table = new Table().left("DEVICE").right("VALUE").left("UNIT").right("DEVIATION");
    for (DeviceRank rank : ranks) {
      table.row(
          rank.getDevice(),
          Numbers.compact(rank.getValue()),
          rank.getUnit(),
          String.format(Locale.ROOT, "%+.1f", rank.getDeviation()));
    }
    session.print(table);
    return ExitCode.OK;
  }
}
