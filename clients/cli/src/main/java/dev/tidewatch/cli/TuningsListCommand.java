package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.ListTuningsRequest;
import dev.tidewatch.proto.monitor.v1.Tuning;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what was tuned. */
@Command(
    name = "list",
    description = {
      "Show which versions run otherwise than they were trained, on which series: thresholds that",
      "false alarms raised, intervals that were moved to their coverage."
    },
    footer = {
      "  tidewatch monitor tunings list",
      "  tidewatch monitor tunings list load --series hq/power --json"
    })
final class TuningsListCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Only of this model.")
  private String model = "";

  @Option(names = "--series", paramLabel = "NAME", description = "Only of this series.")
  private String series = "";

  @Option(names = "--limit", paramLabel = "N", description = "At most so many (1000).")
  private int limit = 1_000;

  TuningsListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + "; want at least 1");
    }
    var request =
        ListTuningsRequest.newBuilder()
            .setModel(model)
            .setSeries(series)
            .setPageSize(Math.min(limit, 1_000))
            .build();
    List<Tuning> tunings =
        session.tidewatch().monitor().tunings().list(request).limit(limit).toList();
    if (session.json()) {
      session.print(tunings);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .left("SERIES")
            .left("MODEL")
            .whole("VERSION")
            .right("FACTOR")
            .right("WIDER BY")
            .right("REVISION")
            .whole("CHANGED")
            .left("WHY");
    for (Tuning tuning : tunings) {
      table.row(
          tuning.getSeries(),
          tuning.getModel(),
          tuning.getVersion(),
          Numbers.compact(tuning.getThresholdFactor()),
          widening(tuning.getConformalOffsetsList()),
          Long.toString(tuning.getRevision()),
          session.show(tuning.getChangedAt()),
          tuning.getReason());
    }
    session.print(table);
    if (tunings.isEmpty()) {
      session.say("Everything runs as it was trained.");
    }
    return ExitCode.OK;
  }

  /** The first step's offset and, where it is another, the last one's. */
  private static String widening(List<Double> offsets) {
    if (offsets.isEmpty()) {
      return "";
    }
    String first = Numbers.compact(offsets.getFirst());
    String last = Numbers.compact(offsets.getLast());
    return first.equals(last) ? first : first + " to " + last;
  }
}
