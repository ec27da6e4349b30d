package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsResponse;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes readings. */
@Command(
    name = "readings",
    description = {
      "Delete stored readings in a span of time. They may be sent again afterwards.",
      "Without --yes nothing is deleted: you are told how many it would be, with exit code 2."
    },
    footer = {
      "  tidewatch delete readings hq/ahu-1/supply-temp --from 2024-03-01 --to 2024-03-02 --dry-run",
      "  tidewatch delete readings 'hq/old/*' --to now-365d --yes",
      "  tidewatch delete readings --every-series --to 2020-01-01 --yes --json"
    })
final class DeleteReadingsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(names = "--every-series", description = "Of every series, instead of naming some.")
  private boolean everySeries;

  @Option(names = "--dry-run", description = "Only count.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  DeleteReadingsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    SeriesSelection chosen = selection.selection();
    boolean every = chosen.equals(SeriesSelection.getDefaultInstance());
    if (every != everySeries) {
      throw new UsageException(
          every
              ? "SERIES: name the series, or say --every-series"
              : "--every-series: cannot be combined with names, NAME* or --labels");
    }
    var request =
        DeleteReadingsRequest.newBuilder()
            .setAllSeries(everySeries)
            .setRange(range.range(session))
            .setDryRun(dryRun || !yes);
    if (!everySeries) {
      request.setSelection(chosen);
    }
    DeleteReadingsResponse answer = session.tidewatch().ingest().deleteReadings(request.build());
    String what =
        "%s readings of %s series"
            .formatted(
                Numbers.count(answer.getReadingsDeleted()),
                Numbers.count(answer.getSeriesTouched()));
    if (!dryRun && !yes) {
      throw new UsageException("--yes: would delete " + what + "; give it if you mean it");
    }
    if (session.json()) {
      session.print(ProtoJson.object(answer).put("dry_run", dryRun));
    } else {
      session.print((dryRun ? "Would delete " : "Deleted ") + what + ".");
    }
    return ExitCode.OK;
  }
}
