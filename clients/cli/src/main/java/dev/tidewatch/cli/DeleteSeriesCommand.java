package dev.tidewatch.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes series. */
@Command(
    name = "series",
    description = {
      "Delete series with all their readings. The names can be used again by new series.",
    },
    footer = {
      "  tidewatch delete series hq/old/meter --yes",
      "  tidewatch delete series hq/old/meter hq/old/flow --yes --json"
    })
final class DeleteSeriesCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "1..*", paramLabel = "SERIES", description = "Names of the series.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  DeleteSeriesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!yes) {
      throw new UsageException(
          "--yes: this deletes %s with all readings and cannot be undone; give it if you mean it"
              .formatted(String.join(", ", names)));
    }
    var array = Session.object().putArray("series");
    for (String name : names) {
      var position = session.tidewatch().ingest().deleteSeries(name, "");
      array.addObject().put("series", name).put("feed_position", position.position());
      if (!session.json()) {
        session.print("Deleted " + name + ".");
      }
    }
    if (session.json()) {
      session.print(array);
    }
    return ExitCode.OK;
  }
}
