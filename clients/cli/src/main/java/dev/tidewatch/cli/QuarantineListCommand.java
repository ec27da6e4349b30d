package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.ingest.v1.QuarantinedReading;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists rejected readings. */
@Command(
    name = "list",
    description = "List the readings that were rejected, newest first.",
    footer = {
      "  tidewatch quarantine list",
      "  tidewatch quarantine list --series hq/ --reason value-out-of-range --from now-1d",
      "  tidewatch quarantine list --json | jq -r '.[].quarantine_id'"
    })
final class QuarantineListCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final QuarantineOptions filter = new QuarantineOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (50).")
  private int limit = 50;

  QuarantineListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<QuarantinedReading> found =
        session
            .tidewatch()
            .ingest()
            .quarantine()
            .list(filter.filter(session))
            .limit(limit + 1L)
            .toList();
    List<QuarantinedReading> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      session.print(table(shown));
      if (shown.isEmpty()) {
        session.say("Nothing is in quarantine that matches.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  private Table table(List<QuarantinedReading> readings) {
    var table =
        new Table()
            .right("ID")
            .left("SERIES")
            .whole("TIME")
            .right("VALUE")
            .left("REASON")
            .whole("REJECTED")
            .left("WRITER");
    for (QuarantinedReading reading : readings) {
      table.row(
          Long.toString(reading.getQuarantineId()),
          reading.getSeries(),
          reading.hasTime() ? session.show(reading.getTime()) : "",
          reading.hasValue() ? Numbers.exact(reading.getValue()) : "",
          ProtoJson.bare(reading.getReason().getValueDescriptor()),
          session.show(reading.getRejectTime()),
          reading.getWriterId());
    }
    return table;
  }
}
