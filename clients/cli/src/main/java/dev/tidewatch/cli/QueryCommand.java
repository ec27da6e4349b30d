package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Sparkline;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Moments;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows readings. */
@Command(
    name = "query",
    description = {
      "Show the readings of series in a span of time.",
      "Without --all, the newest --limit readings of each series; 'export' writes all to a file."
    },
    footer = {
      "  tidewatch query AP-AP --from now-2d",
      "  tidewatch query 'hq/ahu-1/*' --from 2024-03-01 --to 2024-03-02 --summary",
      "  tidewatch query AP-AP --limit 5 --json"
    })
final class QueryCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The newest N readings of each series (20).")
  private int limit = 20;

  @Option(names = "--all", description = "All readings of the range.")
  private boolean all;

  @Option(names = "--summary", description = "One line a series: count, extremes, course.")
  private boolean summary;

  QueryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + " is not 1 or more");
    }
    var request =
        QueryReadingsRequest.newBuilder()
            .setSelection(selection.selection())
            .setRange(range.range(session));
    if (!all && !summary) {
      request.setReadingsPerSeriesMax(limit).setNewest(true);
    }
    try (var stream = session.tidewatch().ingest().query(request.build())) {
      if (session.json()) {
        printJsonLines(stream);
      } else if (summary) {
        printSummary(stream);
      } else {
        printRows(stream);
      }
    }
    return ExitCode.OK;
  }

  /** One object a line, so that any amount can be piped on. */
  private void printJsonLines(Iterator<QueryReadingsResponse> stream) {
    while (stream.hasNext()) {
      for (SeriesReadings column : stream.next().getColumnsList()) {
        for (int i = 0; i < column.getTimesMicrosCount(); i++) {
          ObjectNode row = Session.object();
          row.put("series", column.getSeries());
          row.put("time", Moments.ofMicros(column.getTimesMicros(i)).toString());
          row.put("value", column.getValues(i));
          session.print(row);
        }
      }
    }
  }

  private void printRows(Iterator<QueryReadingsResponse> stream) {
    boolean any = false;
    while (stream.hasNext()) {
      var table = new Table().left("SERIES").whole("TIME").right("VALUE");
      for (SeriesReadings column : stream.next().getColumnsList()) {
        for (int i = 0; i < column.getTimesMicrosCount(); i++) {
          table.row(
              column.getSeries(),
              session.show(Moments.ofMicros(column.getTimesMicros(i))),
              Numbers.exact(column.getValues(i)));
        }
      }
      if (!table.isEmpty()) {
        any = true;
        session.print(table);
      }
    }
    if (!any) {
      session.say("No readings in that span.");
    }
  }

  private void printSummary(Iterator<QueryReadingsResponse> stream) {
    Map<String, Course> courses = new TreeMap<>();
    while (stream.hasNext()) {
      for (SeriesReadings column : stream.next().getColumnsList()) {
        courses.computeIfAbsent(column.getSeries(), name -> new Course()).add(column);
      }
    }
    var table =
        new Table()
            .left("SERIES")
            .right("READINGS")
            .whole("FIRST")
            .whole("LAST")
            .right("MIN")
            .right("MEAN")
            .right("MAX")
            .left("COURSE");
    courses.forEach((name, course) -> course.addTo(table, name));
    session.print(table);
    if (courses.isEmpty()) {
      session.say("No readings in that span.");
    }
  }

  /** What one series did. */
  private final class Course {
    private static final int SPARK_CELLS = 24;

    private double[] values = new double[256];
    private int count;
    private long firstMicros;
    private long lastMicros;

    void add(SeriesReadings column) {
      if (column.getTimesMicrosCount() == 0) {
        return;
      }
      if (count == 0) {
        firstMicros = column.getTimesMicros(0);
      }
      lastMicros = column.getTimesMicros(column.getTimesMicrosCount() - 1);
      for (double value : column.getValuesList()) {
        if (count == values.length) {
          values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = value;
      }
    }

    void addTo(Table table, String name) {
      double[] seen = Arrays.copyOf(values, count);
      var statistics = Arrays.stream(seen).summaryStatistics();
      table.row(
          name,
          Numbers.count(count),
          session.show(Moments.ofMicros(firstMicros)),
          session.show(Moments.ofMicros(lastMicros)),
          Numbers.compact(statistics.getMin()),
          Numbers.compact(statistics.getAverage()),
          Numbers.compact(statistics.getMax()),
          Sparkline.of(seen, SPARK_CELLS));
    }
  }
}
