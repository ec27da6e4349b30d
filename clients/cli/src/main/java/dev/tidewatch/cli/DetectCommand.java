package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tidewatch.cli.csv.CsvMapping;
import dev.tidewatch.cli.csv.CsvSource;
import dev.tidewatch.cli.csv.CsvSource.Place;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.TimeFormat;
import dev.tidewatch.proto.inference.v1.AnomalySeverity;
import dev.tidewatch.proto.inference.v1.AnsweredBy;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesRequest;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesResponse;
import dev.tidewatch.proto.inference.v1.DetectedAnomaly;
import dev.tidewatch.proto.inference.v1.DetectionRange;
import dev.tidewatch.proto.inference.v1.StreamDetectBatch;
import dev.tidewatch.proto.inference.v1.StreamDetectOpen;
import dev.tidewatch.proto.inference.v1.StreamDetectResult;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.sdk.DetectStream;
import dev.tidewatch.sdk.ProtoTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for anomalies in stored readings or in a file. */
@Command(
    name = "detect",
    description = {
      "Score the stored readings of a series, or those of a CSV file, and show what is unusual.",
      "A fresh detector sees each value once, in order. Nothing found here is reported; what the"
          + " servers find by themselves is listed by 'anomalies list'."
    },
    footer = {
      "  tidewatch detect realKnownCause/nyc_taxi --model taxi-zscore",
      "  tidewatch detect hq/ahu-1/supply-temp --from now-7d --severity high",
      "  tidewatch detect --file machine.csv --model taxi-zscore --json"
    })
final class DetectCommand implements Callable<Integer> {
  private static final int BATCH = 1000;

  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "SERIES", description = "Name of a stored series.")
  private @Nullable String series;

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Values from a CSV file instead; its columns are found as by 'ingest csv'.")
  private @Nullable Path file;

  @Option(
      names = "--model",
      paramLabel = "MODEL[@VERSION|@ALIAS]",
      description = "Which detector (the one assigned to the series).")
  private @Nullable String model;

  @Option(
      names = "--severity",
      paramLabel = "LEAST",
      description = "Show this and worse: low, medium, high or critical (low).")
  private String severity = "low";

  DetectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    AnomalySeverity least =
        SeriesCreateCommand.constant(
            AnomalySeverity.class, "ANOMALY_SEVERITY_", "--severity", severity);
    if (file != null) {
      detectFile(file, least);
    } else if (series != null) {
      detectStored(series, least);
    } else {
      throw new UsageException("give a SERIES, or a file with --file");
    }
    return ExitCode.OK;
  }

  private void detectStored(String name, AnomalySeverity least) {
    var request =
        DetectAnomaliesRequest.newBuilder()
            .setSeries(name)
            .setRange(rangeOf(name))
            .setSeverityMin(least);
    if (model != null) {
      request.setModel(ModelReference.parse(model).choice());
    }
    DetectAnomaliesResponse answer = session.tidewatch().inference().detect(request.build());
    show(answer.getAnomaliesList(), answer.getAnsweredBy(), answer.getValuesScored());
  }

  /** As asked; a bound that is not given is that of the series. */
  private DetectionRange rangeOf(String name) {
    var asked = range.range(session);
    var bounds = DetectionRange.newBuilder();
    bounds.setFrom(
        asked.hasStartTime() ? asked.getStartTime() : ProtoTimes.timestamp(outermost(name, false)));
    bounds.setTo(
        asked.hasEndTime()
            ? asked.getEndTime()
            : ProtoTimes.timestamp(outermost(name, true).plusNanos(1000)));
    return bounds.build();
  }

  private Instant outermost(String name, boolean newest) {
    var request = QueryReadingsRequest.newBuilder().setReadingsPerSeriesMax(1).setNewest(newest);
    request.getSelectionBuilder().addNames(name);
    try (var stream = session.tidewatch().ingest().query(request.build())) {
      while (stream.hasNext()) {
        for (SeriesReadings column : stream.next().getColumnsList()) {
          if (column.getTimesMicrosCount() > 0) {
            return ProtoTimes.instant(ProtoTimes.timestamp(column.getTimesMicros(0)));
          }
        }
      }
    }
    throw new UsageException("SERIES: '" + name + "' has no readings");
  }

  private void detectFile(Path path, AnomalySeverity least)
      throws IOException, InterruptedException {
    var open = StreamDetectOpen.newBuilder().setSeverityMin(least);
    if (model != null) {
      open.setModel(ModelReference.parse(model).choice());
    } else if (series != null) {
      open.setSeries(series);
    } else {
      throw new UsageException("--model: name a detector, or a SERIES whose detector to take");
    }
    var mapping =
        new CsvMapping(
            null, List.of(), null, null, "", TimeFormat.AUTO, session.options().zone(), false);
    try (CsvSource source = CsvSource.open(path, (char) 0, mapping);
        DetectStream stream = session.tidewatch().inference().streamDetect(open.build());
        Progress progress = session.progress(String.valueOf(path.getFileName()), "values", 0)) {
      var batches = new Batches(path, stream, progress);
      while (source.readRow(batches)) {
        batches.sendFull();
      }
      batches.sendAll();
      show(batches.found, stream.answeredBy(), batches.scored);
    } catch (IllegalArgumentException e) {
      throw new UsageException(path + ": " + e.getMessage());
    }
  }

  private void show(List<DetectedAnomaly> anomalies, AnsweredBy by, long scored) {
    if (session.json()) {
      var root = Session.object();
      root.set("answered_by", ProtoJson.object(by));
      root.put("values_scored", scored);
      ArrayNode array = root.putArray("anomalies");
      anomalies.forEach(anomaly -> array.add(ProtoJson.object(anomaly)));
      session.print(root);
      return;
    }
    var table =
        new Table()
            .whole("TIME")
            .left("SERIES")
            .right("VALUE")
            .right("EXPECTED")
            .right("SCORE")
            .whole("SEVERITY")
            .left("WHY");
    for (DetectedAnomaly anomaly : anomalies) {
      table.row(
          session.show(anomaly.getTime()),
          anomaly.getSeries(),
          Numbers.compact(anomaly.getValue()),
          anomaly.hasExpected() ? Numbers.compact(anomaly.getExpected()) : "",
          Numbers.compact(anomaly.getScore()),
          Severities.show(session.style(), anomaly.getSeverity().getValueDescriptor()),
          anomaly.getReason());
    }
    session.print(table);
    session.print(
        "%s of %s values are unusual, says %s %s (%s)."
            .formatted(
                Numbers.count(anomalies.size()),
                Numbers.count(scored),
                by.getModel(),
                by.getVersion(),
                by.getFamily()));
  }

  /** Gathers a file's values per series and has them scored. */
  private final class Batches implements CsvSource.Sink {
    private final Path path;
    private final DetectStream stream;
    private final Progress progress;
    private final Map<String, StreamDetectBatch.Builder> open = new LinkedHashMap<>();
    private final List<DetectedAnomaly> found = new ArrayList<>();
    private final List<StreamDetectBatch> full = new ArrayList<>();
    private final Map<String, Long> lastMicros = new HashMap<>();
    private long outOfOrder;
    private long scored;

    Batches(Path path, DetectStream stream, Progress progress) {
      this.path = path;
      this.stream = stream;
      this.progress = progress;
    }

    @Override
    public void reading(String name, long timeMicros, double value) {
      Long last = lastMicros.get(name);
      if (last != null && timeMicros <= last) {
        outOfOrder++; // a detector sees time pass
        return;
      }
      lastMicros.put(name, timeMicros);
      var batch = open.computeIfAbsent(name, n -> StreamDetectBatch.newBuilder().setSeries(n));
      batch.addTimesMicros(timeMicros).addValues(value);
      if (batch.getValuesCount() >= BATCH) {
        full.add(batch.build());
        open.remove(name);
      }
    }

    @Override
    public void rowDone(Place place) {}

    @Override
    public void bad(long line, String problem) {
      session.warn("%s:%d: %s".formatted(path, line, problem));
    }

    void sendFull() throws InterruptedException {
      for (StreamDetectBatch batch : full) {
        StreamDetectResult result = stream.score(batch);
        found.addAll(result.getAnomaliesList());
        scored += result.getValuesScored();
        progress.at(scored);
      }
      full.clear();
    }

    void sendAll() throws InterruptedException {
      open.values().forEach(batch -> full.add(batch.build()));
      open.clear();
      sendFull();
      if (outOfOrder > 0) {
        session.warn(
            "%s: %s values passed over, whose times are not after those before them"
                .formatted(path, Numbers.count(outOfOrder)));
      }
    }
  }
}
