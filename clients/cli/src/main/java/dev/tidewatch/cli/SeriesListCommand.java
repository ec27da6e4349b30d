package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.ingest.v1.Series;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the catalogue. */
@Command(
    name = "list",
    description = "List the series whose names begin so.",
    footer = {
      "  tidewatch series list",
      "  tidewatch series list hq/ahu-1/ --labels 'floor=3,!test' --limit 20",
      "  tidewatch series list --json | jq -r '.[].name'"
    })
final class SeriesListCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "First letters of the names.")
  private String prefix = "";

  @Option(
      names = "--labels",
      paramLabel = "CONDITIONS",
      description = "Conditions on labels: floor=3, floor!=3, floor, !floor, 'floor in (2 3)'.")
  private String labels = "";

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (1000).")
  private int limit = 1000;

  SeriesListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Series> found =
        session.tidewatch().ingest().listSeries(prefix, labels).limit(limit + 1L).toList();
    List<Series> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      var table = new Table().left("SERIES").left("UNIT").left("KIND").left("LABELS").left("TITLE");
      for (Series series : shown) {
        table.row(
            series.getName(),
            series.getUnit(),
            ProtoJson.bare(series.getKind().getValueDescriptor())
                .toLowerCase(java.util.Locale.ROOT),
            labels(series.getLabelsMap()),
            series.getDisplayName());
      }
      session.print(table);
      if (shown.isEmpty()) {
        session.say(
            prefix.isEmpty() && labels.isEmpty()
                ? "No series yet. Take some in with 'tidewatch ingest csv'."
                : "No series match.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  static String labels(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }
}
