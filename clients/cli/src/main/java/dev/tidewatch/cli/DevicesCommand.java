package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.ingest.v1.Device;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists devices. */
@Command(
    name = "devices",
    description = "List the devices: what several series have in common.",
    footer = {
      "  tidewatch devices",
      "  tidewatch devices hq/ --limit 20",
      "  tidewatch devices --json | jq -r '.[].device'"
    })
final class DevicesCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "First letters of the devices.")
  private String prefix = "";

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (1000).")
  private int limit = 1000;

  DevicesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Device> found =
        session.tidewatch().ingest().listDevices(prefix).limit(limit + 1L).toList();
    List<Device> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      var table = new Table().left("DEVICE").right("SERIES");
      shown.forEach(
          device -> table.row(device.getDevice(), Numbers.count(device.getSeriesCount())));
      session.print(table);
      if (shown.isEmpty()) {
        session.say("No devices match.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }
}
