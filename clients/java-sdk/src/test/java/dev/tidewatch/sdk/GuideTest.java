package dev.tidewatch.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.ExportFormat;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ExportReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.sdk.FakeIngest.Malice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The guide's examples: compiled here, and held to be the same there. */
final class GuideTest {
  private static final Path GUIDE = Path.of("..", "..", "docs", "guides", "sdk.md");
  private static final Path THIS = Path.of("src/test/java/dev/tidewatch/sdk/GuideTest.java");
  private static final Logger log = Logger.getLogger("guide");

  private record Source(List<Long> times) {
    int size() {
      return times.size();
    }

    long time(int row) {
      return times.get(row);
    }

    double value(int row) {
      return row;
    }
  }

  @Test
  void theGuideShowsWhatCompilesHere() throws IOException {
    String here =
        Files.readAllLines(THIS, UTF_8).stream()
            .map(String::strip)
            .collect(Collectors.joining(" "));
    boolean inJava = false;
    int checked = 0;
    for (String line : Files.readAllLines(GUIDE, UTF_8)) {
      if (line.startsWith("```")) {
        inJava = line.equals("```java");
      } else if (inJava && !line.isBlank()) {
        assertThat(here).contains(line.strip());
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(40);
  }

  @Test
  void markedSourcesAreWrittenOnceOverRestarts() throws InterruptedException {
    var source = new Source(List.of(1L, 2L, 3L));
    try (var fake = new FakeIngest(Malice.NONE, 1)) {
      for (int run = 0; run < 2; run++) {
        try (Tidewatch tidewatch = Tidewatch.connect(fake.connection())) {
          follow(tidewatch, source);
          write(tidewatch, 7);
        }
      }
      assertThat(fake.timesStored())
          .containsOnlyKeys(
              "meter/energy@1", "meter/energy@2", "meter/energy@3", "boiler/supply-temp@7")
          .containsEntry("meter/energy@3", 1);
    }
  }

  static void connect() {
    try (Tidewatch tidewatch = Tidewatch.connect(Connection.toHost("localhost"))) {
      Series series = tidewatch.ingest().getSeries("plant/load");
      log.info(series.getUnit());
    }
  }

  private static void write(Tidewatch tidewatch, long timeMicros) throws InterruptedException {
    try (IngestWriter writer = tidewatch.ingest().openWriter("boiler-room")) {
      writer.append("boiler/supply-temp", timeMicros, 61.5);
      writer.flush();
    }
  }

  private static void follow(Tidewatch tidewatch, Source source) throws InterruptedException {
    try (IngestWriter writer = tidewatch.ingest().openWriter("meter-file")) {
      byte[] position = writer.sourcePosition();
      int row = position.length == 0 ? 0 : Integer.parseInt(new String(position, UTF_8));
      for (; row < source.size(); row++) {
        writer.append("meter/energy", source.time(row), source.value(row));
        writer.mark(Integer.toString(row + 1).getBytes(UTF_8));
      }
    }
  }

  static IngestWriter listen(Tidewatch tidewatch) throws InterruptedException {
    IngestListener listener =
        new IngestListener() {
          @Override
          public void acknowledged(Acknowledgement acknowledgement) {
            for (Rejection rejection : acknowledgement.rejections()) {
              log.warning(rejection.series() + ": " + rejection.reason());
            }
          }
        };
    WriterSettings settings =
        WriterSettings.USUAL.withBatchReadingsMax(10_000).withLinger(Duration.ofMillis(20));
    return tidewatch.ingest().openWriter("w", settings, listener);
  }

  static long read(Tidewatch tidewatch) {
    IngestClient.History history =
        tidewatch.ingest().history("plant/load", Instant.parse("2026-01-01T00:00:00Z"), null);
    long count = history.readings().size();
    QueryReadingsRequest request =
        QueryReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix("plant/"))
            .build();
    try (ServerStream<QueryReadingsResponse> stream = tidewatch.ingest().query(request)) {
      while (stream.hasNext()) {
        for (SeriesReadings columns : stream.next().getColumnsList()) {
          count += columns.getValuesCount();
        }
      }
    }
    return count;
  }

  static long aggregate(Tidewatch tidewatch) {
    long count = 0;
    AggregateReadingsRequest daily =
        AggregateReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix("plant/"))
            .setRange(
                TimeRange.newBuilder()
                    .setStartTime(ProtoTimes.timestamp(Instant.parse("2026-01-01T00:00:00Z")))
                    .setEndTime(ProtoTimes.timestamp(Instant.parse("2026-02-01T00:00:00Z"))))
            .setBucket(ProtoTimes.duration(Duration.ofDays(1)))
            .addFunctions(BucketFunction.BUCKET_FUNCTION_MEAN)
            .build();
    try (ServerStream<AggregateReadingsResponse> stream = tidewatch.ingest().aggregate(daily)) {
      while (stream.hasNext()) {
        for (SeriesBuckets buckets : stream.next().getSeriesList()) {
          count += buckets.getStartMicrosCount();
        }
      }
    }
    return count;
  }

  static void export(Tidewatch tidewatch, OutputStream file) throws IOException {
    ExportReadingsRequest wanted =
        ExportReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix("plant/"))
            .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
            .build();
    try (ResumableStream<ExportReadingsResponse> stream = tidewatch.ingest().export(wanted)) {
      while (stream.hasNext()) {
        stream.next().getChunk().writeTo(file);
      }
    }
  }

  static SeriesForecast forecast(Tidewatch tidewatch) {
    ForecastRequest ask =
        ForecastRequest.newBuilder().addSeries("plant/load").setHorizon(24).addLevels(0.9).build();
    SeriesForecast forecast = tidewatch.inference().forecast(ask).getForecasts(0);
    return forecast;
  }

  static void decide(Tidewatch tidewatch) {
    try {
      tidewatch.ingest().getSeries("plant/lod");
    } catch (TidewatchException e) {
      if (e.hasReason("SERIES_UNKNOWN")) {
        log.warning(e.description());
      }
    }
  }
}
