package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The client process of a bench: takes one {@link LoadRequest} a line from standard input, answers
 * each with one line of figures, and ends with its input. The first failure ends it.
 */
final class LoadMain {
  private LoadMain() {}

  public static void main(String[] args) throws Exception {
    var machine = MachineDescription.here();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      var request = LoadRequest.parse(line);
      System.out.println(run(request).toJsonLine(request.part(), machine));
      System.out.flush();
    }
    // Threads of a connection that was cut may linger.
    System.exit(0);
  }

  private static Figures run(LoadRequest request) throws Exception {
    try {
      return switch (request.part()) {
        case "in-order", "shuffled" -> new ColumnarLoad(request).run();
        case "rows" -> RowLoad.closedLoop(request);
        case "rows-paced" -> RowLoad.openLoop(request);
        case "columnar-paced" -> PacedColumnarLoad.run(request);
        case "unary" -> UnaryLoad.run(request);
        case "streams" -> ManyStreamsLoad.run(request);
        case "year-write" -> YearLoad.write(request);
        case "year-read" -> YearLoad.read(request);
        case "range-write" -> RangeLoad.write(request);
        case "range-read" -> RangeLoad.read(request);
        case "series-write" -> SeriesLoad.write(request);
        case "series-write-again" -> SeriesLoad.writeAgain(request);
        case "series-label" -> SeriesLoad.label(request);
        case "series-list" -> SeriesLoad.list(request);
        case "latest" -> SeriesLoad.latest(request);
        case "search" -> SearchLoad.run(request);
        default -> throw new IllegalArgumentException("part: " + request.part());
      };
    } catch (Exception | Error e) {
      e.printStackTrace();
      System.exit(1);
      throw e;
    }
  }
}
