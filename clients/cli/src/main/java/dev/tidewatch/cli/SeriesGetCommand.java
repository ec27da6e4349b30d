package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.Series;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one series of the catalogue. */
@Command(
    name = "get",
    description = "Show what the catalogue says of one series.",
    footer = {"  tidewatch series get AP-AP", "  tidewatch series get hq/ahu-1/supply-temp --json"})
final class SeriesGetCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "Name of the series.")
  private String name;

  SeriesGetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Series series = session.tidewatch().ingest().getSeries(name);
    if (session.json()) {
      session.print(series);
    } else {
      Details.print(session, series);
    }
    return ExitCode.OK;
  }
}
