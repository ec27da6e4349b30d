package dev.tidewatch.benchmarks;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.List;

/** Readings of every minute over a year, and their days. */
final class YearLoad {
  /** 2023-01-01. */
  private static final long FIRST_MICROS = 1_672_531_200_000_000L;

  private static final long MINUTE_MICROS = 60 * GeneratedReadings.SECOND_MICROS;
  private static final int MINUTES_PER_DAY = 1_440;
  private static final int FIRST_SERIES = 6_000_000;
  private static final double RELATIVE_ERROR_MAX = 1e-9;

  private YearLoad() {}

  private static String name(int series) {
    return "year/series-" + series;
  }

  /**
   * Writes a few series at the same time.
   *
   * @param request {@code port}, {@code series}, {@code days}, {@code seed}
   */
  static Figures write(LoadRequest request) throws Exception {
    int count = request.whole("series");
    long[] times = new long[MINUTES_PER_DAY];
    double[] values = new double[MINUTES_PER_DAY];
    long started = System.nanoTime();
    long written = 0;
    try (var tidewatch = Tidewatch.connect(Clients.toIngest(request.whole("port")));
        var writer =
            tidewatch.ingest().openWriter("year", Clients.LARGE_BATCHES, IngestListener.SILENT)) {
      for (int day = 0; day < request.whole("days"); day++) {
        for (int s = 0; s < count; s++) {
          fill(request, s, day, times, values);
          writer.append(name(s), times, values);
          written += times.length;
        }
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
   * Asks for the days of one series after another, and compares them with what was sent.
   *
   * @param request as for {@link #write}, and {@code seconds}
   */
  static Figures read(LoadRequest request) {
    int count = request.whole("series");
    int days = request.whole("days");
    double[][] means = new double[count][];
    for (int s = 0; s < count; s++) {
      means[s] = means(request, s, days);
    }
    var latencies = new Latencies(1_000_000);
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), 1);
    try {
      var stub = QueryServiceGrpc.newBlockingStub(channels.getFirst());
      long deadline = System.nanoTime() + request.number("seconds") * 1_000_000_000L;
      int series = 0;
      do {
        var asked = request(series, days);
        long started = System.nanoTime();
        int found = 0;
        Iterator<AggregateReadingsResponse> messages = stub.aggregateReadings(asked);
        while (messages.hasNext()) {
          for (SeriesBuckets buckets : messages.next().getSeriesList()) {
            found = check(buckets, found, means[series]);
          }
        }
        latencies.record(System.nanoTime() - started);
        if (found != days) {
          throw new IllegalStateException("expected " + days + " days, got " + found);
        }
        series = (series + 1) % count;
      } while (System.nanoTime() < deadline);
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
        return new Figures().put("served", 0);
      }
      throw e;
    } finally {
      Clients.close(channels);
    }
    return new Figures()
        .put("served", 1)
        .put("calls", latencies.count())
        .put("ms_p50", latencies.millis(.5))
        .put("ms_p99", latencies.millis(.99));
  }

  private static AggregateReadingsRequest request(int series, int days) {
    return AggregateReadingsRequest.newBuilder()
        .setSelection(SeriesSelection.newBuilder().addNames(name(series)))
        .setRange(
            TimeRange.newBuilder()
                .setStartTime(timestamp(FIRST_MICROS))
                .setEndTime(timestamp(FIRST_MICROS + days * GeneratedReadings.DAY_MICROS)))
        .setBucket(Duration.newBuilder().setSeconds(86_400))
        .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT)
        .addFunctions(BucketFunction.BUCKET_FUNCTION_MEAN)
        .addFunctions(BucketFunction.BUCKET_FUNCTION_MIN)
        .addFunctions(BucketFunction.BUCKET_FUNCTION_MAX)
        .build();
  }

  /** Compares counts and means from day {@code from} on; gives the day after the last one. */
  private static int check(SeriesBuckets buckets, int from, double[] means) {
    int day = from;
    for (int i = 0; i < buckets.getStartMicrosCount(); i++, day++) {
      long start = FIRST_MICROS + day * GeneratedReadings.DAY_MICROS;
      double readings = buckets.getColumns(0).getValues(i);
      double mean = buckets.getColumns(1).getValues(i);
      if (buckets.getStartMicros(i) != start
          || readings != MINUTES_PER_DAY
          || !(Math.abs(mean - means[day]) <= RELATIVE_ERROR_MAX * means[day])) {
        throw new IllegalStateException(
            "day %d of %s: start %d, %s readings, mean %s, expected %s"
                .formatted(
                    day,
                    buckets.getSeries(),
                    buckets.getStartMicros(i),
                    readings,
                    mean,
                    means[day]));
      }
    }
    return day;
  }

  private static double[] means(LoadRequest request, int series, int days) {
    double[] means = new double[days];
    long[] times = new long[MINUTES_PER_DAY];
    double[] values = new double[MINUTES_PER_DAY];
    for (int day = 0; day < days; day++) {
      fill(request, series, day, times, values);
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      means[day] = sum / values.length;
    }
    return means;
  }

  private static void fill(
      LoadRequest request, int series, int day, long[] times, double[] values) {
    for (int i = 0; i < times.length; i++) {
      times[i] = FIRST_MICROS + day * GeneratedReadings.DAY_MICROS + i * MINUTE_MICROS;
      values[i] = GeneratedReadings.value(request.number("seed"), FIRST_SERIES + series, times[i]);
    }
  }

  private static Timestamp timestamp(long micros) {
    return Timestamp.newBuilder().setSeconds(micros / 1_000_000).build();
  }
}
