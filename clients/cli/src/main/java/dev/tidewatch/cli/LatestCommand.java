package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.sdk.ProtoTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the newest reading of each series. */
@Command(
    name = "latest",
    description =
        "Show the newest reading of each series, all from one moment. Exit code 4 if a"
            + " named series does not exist.",
    footer = {
      "  tidewatch latest",
      "  tidewatch latest AP-AP DOM-DOM --json",
      "  tidewatch latest 'hq/ahu-1/*'"
    })
final class LatestCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  LatestCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    GetLatestReadingsResponse answer = session.tidewatch().ingest().latest(selection.selection());
    if (session.json()) {
      session.print(answer.getReadingsList());
    } else {
      Instant now = session.clock().instant();
      var table = new Table().left("SERIES").whole("TIME").right("AGE").right("VALUE");
      for (Reading reading : answer.getReadingsList()) {
        Instant time = ProtoTimes.instant(reading.getTime());
        table.row(
            reading.getSeries(),
            session.show(time),
            Durations.format(Duration.between(time, now)),
            Numbers.exact(reading.getValue()));
      }
      session.print(table);
    }
    answer.getUnknownSeriesList().forEach(name -> session.warn("no such series: " + name));
    return answer.getUnknownSeriesCount() > 0 ? ExitCode.NOT_FOUND : ExitCode.OK;
  }
}
