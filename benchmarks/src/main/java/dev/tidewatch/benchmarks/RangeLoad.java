package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.figures.Figures;

/**
 * Many readings written, and streamed out again; what comes back is compared with what was sent by
 * a checksum that does not depend on order.
 */
final class RangeLoad {
  private static final String PREFIX = "range/series-";
  private static final int SERIES = 1_000;
  private static final int READINGS_OF_EACH_IN_A_BATCH = 100;

  private RangeLoad() {}

  /**
   * Writes them: 1,000 series in order of time.
   *
   * @param request {@code port}, {@code part}, {@code rows} (a multiple of 100,000), {@code seed}
   */
  static Figures write(LoadRequest request) throws Exception {
    long started = System.nanoTime();
    long written = 0;
    try (var tidewatch = Tidewatch.connect(Clients.toIngest(request.whole("port")));
        var writer =
            tidewatch.ingest().openWriter("range", Clients.LARGE_BATCHES, IngestListener.SILENT)) {
      ReadingSource source = source(request);
      while (written < request.number("rows")) {
        written +=
            source.next((series, times, values) -> writer.append(name(series), times, values));
      }
      writer.flush();
      if (writer.totals().accepted() != written) {
        throw new IllegalStateException("sent " + written + ", answers: " + writer.totals());
      }
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    return new Figures().put("readings", written).put("readings_per_second", written / seconds);
  }

  /**
   * Streams all of them.
   *
   * @param request as for {@link #write}
   */
  static Figures read(LoadRequest request) throws Exception {
    var expected = new Checked();
    ReadingSource source = source(request);
    while (expected.count < request.number("rows")) {
      source.next((series, times, values) -> {
        for (int i = 0; i < times.length; i++) {
          expected.add(series, times[i], values[i]);
        }
      });
    }
    var found = new Checked();
    long bytes = 0;
    long started = System.nanoTime();
    try (var tidewatch = Tidewatch.connect(Clients.toIngest(request.whole("port")));
        var messages =
            tidewatch
                .ingest()
                .query(
                    QueryReadingsRequest.newBuilder()
                        .setSelection(SeriesSelection.newBuilder().setPrefix(PREFIX))
                        .build())) {
      while (messages.hasNext()) {
        QueryReadingsResponse message = messages.next();
        bytes += message.getSerializedSize();
        for (SeriesReadings column : message.getColumnsList()) {
          int series = Integer.parseInt(column.getSeries().substring(PREFIX.length()));
          for (int i = 0; i < column.getTimesMicrosCount(); i++) {
            found.add(series, column.getTimesMicros(i), column.getValues(i));
          }
        }
      }
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    if (found.count != expected.count || found.sum != expected.sum) {
      throw new IllegalStateException(
          "expected %,d readings with checksum %016x, got %,d with %016x"
              .formatted(expected.count, expected.sum, found.count, found.sum));
    }
    return new Figures()
        .put("readings", found.count)
        .put("readings_per_second", found.count / seconds)
        .put("bytes_per_reading", (double) bytes / found.count);
  }

  private static ReadingSource source(LoadRequest request) {
    return new InOrderReadings(
        request.number("seed"),
        0,
        SERIES,
        READINGS_OF_EACH_IN_A_BATCH,
        GeneratedReadings.beginOfPart(request.whole("part")));
  }

  private static String name(int series) {
    return PREFIX + "%04d".formatted(series);
  }

  /** Readings that were seen. */
  private static final class Checked {
    private long count;
    private long sum;

    void add(int series, long micros, double value) {
      count++;
      sum += GeneratedReadings.checksum(series, micros, value);
    }
  }
}
