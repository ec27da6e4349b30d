package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.ingest.v1.Writer;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where writers stand. */
@Command(
    name = "writers",
    description = "Show where the writers stand: their newest batch, and what became of all.",
    footer = {
      "  tidewatch writers",
      "  tidewatch writers csv: --limit 20",
      "  tidewatch writers --id boiler-gateway --json"
    })
final class WritersCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "First letters of the ids.")
  private String prefix = "";

  @Option(names = "--id", paramLabel = "WRITER", description = "Just this one.")
  private @Nullable String id;

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (1000).")
  private int limit = 1000;

  WritersCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (id != null && !prefix.isEmpty()) {
      throw new UsageException("--id: names one writer; leave PREFIX out");
    }
    var ingest = session.tidewatch().ingest();
    List<Writer> found =
        id != null
            ? List.of(ingest.getWriter(id))
            : ingest.listWriters(prefix).limit(limit + 1L).toList();
    List<Writer> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      session.print(table(shown));
      if (shown.isEmpty()) {
        session.say("No writers match.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  private Table table(List<Writer> writers) {
    var table =
        new Table()
            .left("WRITER")
            .right("BATCHES")
            .right("ACCEPTED")
            .right("UNCHANGED")
            .right("REPLACED")
            .right("DROPPED")
            .right("REJECTED")
            .right("OPENED")
            .whole("LAST COMMIT");
    for (Writer writer : writers) {
      var counts = writer.getCounts();
      table.row(
          writer.getWriterId(),
          Numbers.count(writer.getLastSequence()),
          Numbers.count(counts.getAccepted()),
          Numbers.count(counts.getUnchanged()),
          Numbers.count(counts.getReplaced()),
          Numbers.count(counts.getDropped()),
          Numbers.count(counts.getRejected()),
          Numbers.count(writer.getEpoch()) + " ×",
          writer.hasCommitTime() ? session.show(writer.getCommitTime()) : "never");
    }
    return table;
  }
}
