package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.proto.ingest.v1.ReadingGap;
import dev.tidewatch.proto.ingest.v1.RejectCount;
import dev.tidewatch.proto.ingest.v1.SeriesDataQuality;
import dev.tidewatch.sdk.ProtoTimes;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how good the readings of series are. */
@Command(
    name = "quality",
    description = {
      "Show how complete, timely and clean the readings of series are: share of due readings that",
      "are there, gaps, repeats, rejects, and how long readings took from their time to the disk."
    },
    footer = {
      "  tidewatch quality 'hq/*' --from now-7d",
      "  tidewatch quality hq/ahu-1/supply-temp --gaps",
      "  tidewatch quality --labels floor=3 --json | jq '.[] | select(.completeness < 0.9).series'"
    })
final class QualityCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(names = "--gaps", description = "The gaps of each series instead, the longest first.")
  private boolean gaps;

  @Option(names = "--limit", paramLabel = "N", description = "At most this many series (1000).")
  private int limit = 1000;

  QualityCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + " is not 1 or more");
    }
    List<SeriesDataQuality> found =
        session
            .tidewatch()
            .ingest()
            .dataQuality(selection.selection(), range.range(session))
            .limit(limit + 1L)
            .toList();
    List<SeriesDataQuality> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      session.print(gaps ? gapTable(shown) : table(shown));
      if (shown.isEmpty()) {
        session.say("No series match.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  private Table table(List<SeriesDataQuality> reports) {
    var table =
        new Table()
            .left("SERIES")
            .right("READINGS")
            .right("EVERY")
            .right("COMPLETE")
            .right("GAPS")
            .right("LONGEST")
            .right("LATE")
            .right("REPEATED")
            .right("FLAGGED")
            .right("P50")
            .right("P99")
            .left("REJECTED");
    for (SeriesDataQuality report : reports) {
      var counts = report.getCounts();
      table.row(
          report.getSeries(),
          Numbers.count(report.getReadingCount()),
          report.hasInterval() ? show(report.getInterval()) : "",
          String.format(Locale.ROOT, "%.2f %%", report.getCompleteness() * 100),
          Numbers.count(report.getGapCount()),
          report.getGapsCount() == 0 ? "" : length(report.getGaps(0)),
          Numbers.count(report.getOutOfOrderCount()),
          Numbers.count(counts.getUnchanged() + counts.getReplaced() + counts.getDropped()),
          Numbers.count(report.getFlaggedCount()),
          report.hasLatencyP50() ? show(report.getLatencyP50()) : "",
          report.hasLatencyP99() ? show(report.getLatencyP99()) : "",
          rejects(report));
    }
    return table;
  }

  private static String rejects(SeriesDataQuality report) {
    return report.getRejectsList().stream()
        .sorted((a, b) -> Long.compare(b.getReadingCount(), a.getReadingCount()))
        .map(QualityCommand::reject)
        .collect(Collectors.joining(", "));
  }

  private static String reject(RejectCount reject) {
    return Numbers.count(reject.getReadingCount())
        + " "
        + ProtoJson.bare(reject.getReason().getValueDescriptor());
  }

  private Table gapTable(List<SeriesDataQuality> reports) {
    var table =
        new Table().left("SERIES").whole("AFTER").whole("BEFORE").right("LENGTH").right("MISSING");
    for (SeriesDataQuality report : reports) {
      for (ReadingGap gap : report.getGapsList()) {
        table.row(
            report.getSeries(),
            session.show(gap.getStartTime()),
            session.show(gap.getEndTime()),
            length(gap),
            Numbers.count(gap.getIntervalCount()));
      }
    }
    return table;
  }

  private static String length(ReadingGap gap) {
    return Durations.format(
        Duration.between(
            ProtoTimes.instant(gap.getStartTime()), ProtoTimes.instant(gap.getEndTime())));
  }

  private static String show(com.google.protobuf.Duration duration) {
    return Durations.format(ProtoTimes.duration(duration));
  }
}
