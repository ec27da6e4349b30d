package dev.tidewatch.benchmarks;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.CreateSeriesResponse;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.sdk.Acknowledgement;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.ReadingTotals;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * A great many series with a few readings each: written, listed, and asked for their newest
 * readings.
 */
final class SeriesLoad {
  private static final String PREFIX = "fleet/";
  private static final int SITES = 100;
  private static final int POINTS_PER_DEVICE = 10;
  private static final int WRITERS = 4;
  private static final int BATCH_READINGS = 9_000;
  private static final int FIRST_READINGS = 3;
  private static final int ASKED_AT_ONCE = 1_000;
  private static final int PAGE_SIZE = 1_000;
  private static final int PAGES_MAX = 100;
  private static final int CREATED_AT_ONCE = 64;
  private static final long WARM_UP_NANOS = 2_000_000_000L;

  private SeriesLoad() {}

  /** {@code fleet/07/device-00123/point-4}: a hundred sites, ten points a device. */
  static String name(int series) {
    int device = series / POINTS_PER_DEVICE;
    return "%s%02d/device-%05d/point-%d"
        .formatted(PREFIX, device % SITES, device / SITES, series % POINTS_PER_DEVICE);
  }

  /**
   * Three readings of each series; whoever is not there is created.
   *
   * @param request {@code port}, {@code part}, {@code series}, {@code seed}
   */
  static Figures write(LoadRequest request) throws Exception {
    return write(request, 0, FIRST_READINGS);
  }

  /** One more reading of each. */
  static Figures writeAgain(LoadRequest request) throws Exception {
    return write(request, FIRST_READINGS, 1);
  }

  private static Figures write(LoadRequest request, int firstReading, int readings)
      throws Exception {
    int count = request.whole("series");
    long started = System.nanoTime();
    try (var tidewatch = Tidewatch.connect(Clients.toIngest(request.whole("port")));
        var threads = Executors.newFixedThreadPool(WRITERS)) {
      var results = new ArrayList<Future<ReadingTotals>>();
      for (int w = 0; w < WRITERS; w++) {
        int from = (int) ((long) count * w / WRITERS);
        int to = (int) ((long) count * (w + 1) / WRITERS);
        results.add(
            threads.submit(() -> write(tidewatch, request, from, to, firstReading, readings)));
      }
      ReadingTotals totals = ReadingTotals.NONE;
      for (Future<ReadingTotals> result : results) {
        totals = totals.plus(result.get());
      }
      long accepted = totals.accepted();
      if (accepted != (long) count * readings) {
        throw new IllegalStateException(
            "sent " + (long) count * readings + ", answered: " + totals);
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      return new Figures()
          .put("readings", accepted)
          .put("readings_per_second", accepted / seconds)
          .put("series_per_second", count / seconds);
    }
  }

  private static ReadingTotals write(
      Tidewatch tidewatch, LoadRequest request, int from, int to, int firstReading, int readings)
      throws InterruptedException {
    var settings = Clients.LARGE_BATCHES.withBatchReadingsMax(BATCH_READINGS);
    String writerId = request.part() + "-" + from;
    try (var writer = tidewatch.ingest().openWriter(writerId, settings, new Tell())) {
      long[] times = new long[readings];
      double[] values = new double[readings];
      for (int s = from; s < to; s++) {
        for (int i = 0; i < readings; i++) {
          times[i] = micros(request, firstReading + i);
          values[i] = GeneratedReadings.value(request.number("seed"), s, times[i]);
        }
        writer.append(name(s), times, values);
      }
      writer.flush();
      return writer.totals();
    }
  }

  /** Says what was not to be expected. */
  private static final class Tell implements IngestListener {
    @Override
    public void acknowledged(Acknowledgement acknowledgement) {
      acknowledgement.rejections().stream().limit(3).forEach(System.err::println);
    }

    @Override
    public void disconnected(TidewatchException cause, Duration retryIn) {
      System.err.println("disconnected: " + cause);
    }
  }

  private static long micros(LoadRequest request, int reading) {
    return GeneratedReadings.beginOfPart(request.whole("part"))
        + reading * GeneratedReadings.SECOND_MICROS;
  }

  /**
   * Creates series with labels, one call each.
   *
   * @param request {@code port}, {@code labelled}
   */
  static Figures label(LoadRequest request) throws Exception {
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), 1);
    try {
      var stub = SeriesServiceGrpc.newStub(channels.getFirst());
      var room = new Semaphore(CREATED_AT_ONCE);
      var failed = new CompletableFuture<Void>();
      var random = new SplittableRandom(1);
      int count = request.whole("labelled");
      long started = System.nanoTime();
      for (int i = 0; i < count && !failed.isDone(); i++) {
        room.acquire();
        stub.createSeries(
            CreateSeriesRequest.newBuilder()
                .setRequestId(new UUID(random.nextLong(), random.nextLong()).toString())
                .setSeries(
                    Series.newBuilder()
                        .setName("labelled/series-%06d".formatted(i))
                        .putLabels("room", "r" + i % 100)
                        .putLabels("kind", i % 2 == 0 ? "temperature" : "humidity"))
                .build(),
            new StreamObserver<CreateSeriesResponse>() {
              @Override
              public void onNext(CreateSeriesResponse response) {}

              @Override
              public void onError(Throwable failure) {
                failed.completeExceptionally(failure);
                room.release();
              }

              @Override
              public void onCompleted() {
                room.release();
              }
            });
      }
      room.acquire(CREATED_AT_ONCE);
      if (failed.isDone()) {
        failed.join();
      }
      return new Figures().put("series_per_second", count / ((System.nanoTime() - started) / 1e9));
    } finally {
      Clients.close(channels);
    }
  }

  /**
   * Asks for the newest reading of 1,000 random series again and again, one caller; the first two
   * seconds warm it up.
   *
   * @param request {@code port}, {@code part}, {@code series}, {@code seed}, {@code seconds},
   *     {@code newest} (index of the newest reading of each series)
   */
  static Figures latest(LoadRequest request) {
    int count = request.whole("series");
    int asked = Math.min(ASKED_AT_ONCE, count / 2);
    long seed = request.number("seed");
    long newest = micros(request, request.whole("newest"));
    var random = new SplittableRandom(seed);
    var latencies = new Latencies(1_000_000);
    try (var tidewatch = Tidewatch.connect(Clients.toIngest(request.whole("port")))) {
      long warm = System.nanoTime() + WARM_UP_NANOS;
      long deadline = warm + request.number("seconds") * 1_000_000_000L;
      do {
        var expected = new HashMap<String, Integer>();
        while (expected.size() < asked) {
          int series = random.nextInt(count);
          expected.put(name(series), series);
        }
        var selection = SeriesSelection.newBuilder().addAllNames(expected.keySet()).build();
        long started = System.nanoTime();
        GetLatestReadingsResponse answer = tidewatch.ingest().latest(selection);
        if (started > warm) {
          latencies.record(System.nanoTime() - started);
        }
        for (Reading reading : answer.getReadingsList()) {
          Integer series = expected.remove(reading.getSeries());
          if (series == null
              || micros(reading.getTime()) != newest
              || reading.getValue() != GeneratedReadings.value(seed, series, newest)) {
            throw new IllegalStateException("not the newest reading: " + reading);
          }
        }
        if (!expected.isEmpty()) {
          throw new IllegalStateException("no reading of " + expected.keySet().iterator().next());
        }
      } while (System.nanoTime() < deadline);
    }
    return new Figures()
        .put("calls", latencies.count())
        .put("ms_p50", latencies.millis(.5))
        .put("ms_p99", latencies.millis(.99));
  }

  private static long micros(Timestamp time) {
    return time.getSeconds() * 1_000_000 + time.getNanos() / 1_000;
  }

  /**
   * Pages through the catalogue: from the beginning, of one site, and by labels.
   *
   * @param request {@code port}, {@code series}, {@code labelled}
   */
  static Figures list(LoadRequest request) {
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), 1);
    try {
      var stub = SeriesServiceGrpc.newBlockingStub(channels.getFirst());
      var all = ListSeriesRequest.newBuilder().setPrefix(PREFIX).setPageSize(PAGE_SIZE).build();
      var figures = new Figures();
      var pages = new Latencies(PAGES_MAX);
      page(stub, all, PAGES_MAX, pages);
      figures
          .put("list_page_of_1000_ms_p50", pages.millis(.5))
          .put("list_page_of_1000_ms_p99", pages.millis(.99));
      var ofSites = new Latencies(SITES * PAGES_MAX);
      long inSites = 0;
      for (int site = 0; site < SITES; site += 10) {
        var request1 = all.toBuilder().setPrefix("%s%02d/".formatted(PREFIX, site)).build();
        inSites += page(stub, request1, 5, ofSites);
      }
      figures.put("list_prefix_page_ms_p99", ofSites.millis(.99));
      var byLabel = new Latencies(1_000);
      int labelled = request.whole("labelled");
      for (int room = 0; room < 20; room++) {
        var request1 =
            ListSeriesRequest.newBuilder()
                .setLabelSelector("room=r" + room + ",kind=temperature")
                .setPageSize(PAGE_SIZE)
                .build();
        long found = page(stub, request1, 1, byLabel);
        int expected = room % 2 == 0 ? Math.ceilDiv(labelled - room, 100) : 0;
        if (found != Math.min(expected, PAGE_SIZE)) {
          throw new IllegalStateException(
              "room r" + room + ": " + found + " series, expected " + expected);
        }
      }
      if (inSites == 0) {
        throw new IllegalStateException("no series in any site");
      }
      return figures
          .put("list_labels_ms_p50", byLabel.millis(.5))
          .put("list_labels_ms_p99", byLabel.millis(.99));
    } finally {
      Clients.close(channels);
    }
  }

  /** Reads up to so many pages; gives the series in them. */
  private static long page(
      SeriesServiceGrpc.SeriesServiceBlockingStub stub,
      ListSeriesRequest first,
      int pagesMax,
      Latencies latencies) {
    ListSeriesRequest next = first;
    String last = "";
    long found = 0;
    for (int i = 0; i < pagesMax; i++) {
      long started = System.nanoTime();
      ListSeriesResponse page = stub.listSeries(next);
      latencies.record(System.nanoTime() - started);
      for (Series series : page.getSeriesList()) {
        if (series.getName().compareTo(last) <= 0) {
          throw new IllegalStateException(series.getName() + " is listed after " + last);
        }
        last = series.getName();
      }
      found += page.getSeriesCount();
      if (page.getNextPageToken().isEmpty()) {
        break;
      }
      next = first.toBuilder().setPageToken(page.getNextPageToken()).build();
    }
    return found;
  }
}
