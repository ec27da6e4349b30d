package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Moments;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketColumn;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.type.v1.Fill;
import dev.tidewatch.sdk.ProtoTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows readings in buckets. */
@Command(
    name = "aggregate",
    description = {
      "Show readings in buckets of a fixed width, from rollups where they cover the range.",
      "Days are those of --time-zone."
    },
    footer = {
      "  tidewatch aggregate AP-AP --from now-30d --bucket 1d",
      "  tidewatch aggregate 'hq/ahu-1/*' --from 2024-03-01 --to 2024-03-02 \\",
      "      --bucket 15m --functions mean,max,p95 --fill linear",
      "  tidewatch aggregate AP-AP --from now-1d --bucket 1h --json | jq -c '[.start, .mean]'"
    })
final class AggregateCommand implements Callable<Integer> {
  private static final Pattern PERCENTILE = Pattern.compile("p(\\d{1,3}(?:\\.\\d+)?)");

  private final Session session;

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "First time: now-7d, 2024-03-01, '2024-03-01 10:00', an epoch.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Time before which to stop, written the same way (now).")
  private String to = "now";

  @Option(
      names = "--bucket",
      paramLabel = "DURATION",
      description = "Width of a bucket: 1m, 15m, 1h, 1d (1h).")
  private String bucket = "1h";

  @Option(
      names = "--functions",
      split = ",",
      paramLabel = "NAME",
      description =
          "mean, min, max, first, last, count, sum, stddev, or p95 for a percentile (mean).")
  private List<String> functions = List.of("mean");

  @Option(
      names = "--fill",
      paramLabel = "RULE",
      description = "Buckets without readings: omit them, none (empty), previous or linear (omit).")
  private String fill = "omit";

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "As it would have been answered then.")
  private @Nullable String asOf;

  AggregateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try (var stream = session.tidewatch().ingest().aggregate(request())) {
      if (session.json()) {
        printJsonLines(stream);
      } else {
        printRows(stream);
      }
    }
    return ExitCode.OK;
  }

  private AggregateReadingsRequest request() {
    Instant first = session.moment("--from", from);
    Instant end = session.moment("--to", to);
    if (end.isBefore(first)) {
      throw new UsageException(
          "--to: " + session.show(end) + " is before --from " + session.show(first));
    }
    var request =
        AggregateReadingsRequest.newBuilder()
            .setSelection(selection.selection())
            .setRange(
                TimeRange.newBuilder()
                    .setStartTime(ProtoTimes.timestamp(first))
                    .setEndTime(ProtoTimes.timestamp(end)))
            .setBucket(ProtoTimes.duration(session.duration("--bucket", bucket)))
            .setTimeZone(session.options().zone().getId().replaceAll("^Z$", "UTC"));
    addFunctions(request);
    if (!fill.equals("omit")) {
      request.setFill(SeriesCreateCommand.constant(Fill.class, "FILL_", "--fill", fill));
    }
    if (asOf != null) {
      request.getAsOfBuilder().setCommitTime(ProtoTimes.timestamp(session.moment("--as-of", asOf)));
    }
    return request.build();
  }

  private void addFunctions(AggregateReadingsRequest.Builder request) {
    List<BucketFunction> asked = new ArrayList<>();
    for (String name : functions) {
      Matcher percentile = PERCENTILE.matcher(name);
      BucketFunction function;
      if (percentile.matches()) {
        function = BucketFunction.BUCKET_FUNCTION_PERCENTILE;
        request.addPercentiles(Double.parseDouble(percentile.group(1)));
      } else {
        function =
            SeriesCreateCommand.constant(
                BucketFunction.class, "BUCKET_FUNCTION_", "--functions", name);
        if (function == BucketFunction.BUCKET_FUNCTION_PERCENTILE) {
          throw new UsageException("--functions: say which percentile: p50, p95, p99.9");
        }
      }
      if (!asked.contains(function)) {
        asked.add(function);
      }
    }
    request.addAllFunctions(asked);
  }

  /** As it is asked for: {@code mean}, {@code p95}. */
  private static String name(BucketColumn column) {
    return column.getFunction() == BucketFunction.BUCKET_FUNCTION_PERCENTILE
        ? "p" + Numbers.exact(column.getPercentile())
        : ProtoJson.bare(column.getFunction().getValueDescriptor()).toLowerCase(Locale.ROOT);
  }

  /** One object a bucket, so that any amount can be piped on. */
  private void printJsonLines(Iterator<AggregateReadingsResponse> stream) {
    while (stream.hasNext()) {
      for (SeriesBuckets buckets : stream.next().getSeriesList()) {
        for (int i = 0; i < buckets.getStartMicrosCount(); i++) {
          ObjectNode row = Session.object();
          row.put("series", buckets.getSeries());
          row.put("start", Moments.ofMicros(buckets.getStartMicros(i)).toString());
          for (BucketColumn column : buckets.getColumnsList()) {
            double value = column.getValues(i);
            if (Double.isFinite(value)) {
              row.put(name(column), value);
            } else {
              row.putNull(name(column));
            }
          }
          session.print(row);
        }
      }
    }
  }

  private void printRows(Iterator<AggregateReadingsResponse> stream) {
    boolean any = false;
    while (stream.hasNext()) {
      Table table = null;
      for (SeriesBuckets buckets : stream.next().getSeriesList()) {
        table = table == null ? table(buckets) : table;
        for (int i = 0; i < buckets.getStartMicrosCount(); i++) {
          table.row(cells(buckets, i));
        }
      }
      if (table != null && !table.isEmpty()) {
        any = true;
        session.print(table);
      }
    }
    if (!any) {
      session.say("No readings in that span.");
    }
  }

  private static Table table(SeriesBuckets buckets) {
    var table = new Table().left("SERIES").whole("START");
    for (BucketColumn column : buckets.getColumnsList()) {
      table.right(name(column).toUpperCase(Locale.ROOT));
    }
    return table;
  }

  private String[] cells(SeriesBuckets buckets, int bucket) {
    var cells = new String[2 + buckets.getColumnsCount()];
    cells[0] = buckets.getSeries();
    cells[1] = session.show(Moments.ofMicros(buckets.getStartMicros(bucket)));
    for (int i = 0; i < buckets.getColumnsCount(); i++) {
      cells[2 + i] = Numbers.compact(buckets.getColumns(i).getValues(bucket));
    }
    return cells;
  }
}
