package dev.tidewatch.benchmarks;

import dev.tidewatch.sdk.Acknowledgement;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.ReadingTotals;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.WriterSettings;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Columnar batches of 10,000 readings over several streams of the SDK, as fast as they are
 * acknowledged. Checks that what was accepted and what was there already is what was sent.
 */
final class ColumnarLoad {
  static final int SERIES_PER_STREAM = 100;
  static final int BATCH_READINGS = 10_000;
  private static final int UNACKNOWLEDGED_BATCHES_MAX = 8;
  private static final int LATENCIES_MAX = 5_000_000;

  private final LoadRequest request;
  private final Latencies latencies = new Latencies(LATENCIES_MAX);

  /**
   * Makes it.
   *
   * @param request {@code port}, {@code part} (its number in the run), {@code streams}, {@code
   *     seconds}, {@code seed}
   */
  ColumnarLoad(LoadRequest request) {
    this.request = request;
  }

  /** Where the series of a form begin to be numbered; series of two forms never meet. */
  static int firstSeries(boolean shuffled, int stream) {
    return (shuffled ? 1_000_000 : 0) + stream * SERIES_PER_STREAM;
  }

  static String seriesName(int series) {
    return "bench/device-" + series / SERIES_PER_STREAM + "/point-" + series;
  }

  Figures run() throws Exception {
    int streams = request.whole("streams");
    ReadingTotals totals = ReadingTotals.NONE;
    long started = System.nanoTime();
    try (var tidewatch = Tidewatch.connect(Clients.toIngest(request.whole("port")));
        var threads = Executors.newFixedThreadPool(streams)) {
      var results = new ArrayList<Future<ReadingTotals>>();
      for (int i = 0; i < streams; i++) {
        int stream = i;
        results.add(threads.submit(() -> stream(tidewatch, stream, started)));
      }
      for (Future<ReadingTotals> result : results) {
        totals = totals.plus(result.get());
      }
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    return new Figures()
        .put("readings", totals.sum())
        .put("accepted", totals.accepted())
        .put("readings_per_second", totals.sum() / seconds)
        .put("ack_ms_p50", latencies.millis(.5))
        .put("ack_ms_p99", latencies.millis(.99))
        .put("ack_ms_p999", latencies.millis(.999));
  }

  private ReadingTotals stream(Tidewatch tidewatch, int stream, long started) throws Exception {
    boolean shuffled = request.part().equals("shuffled");
    int part = request.whole("part");
    long seed = request.number("seed");
    long firstMicros = GeneratedReadings.beginOfPart(part);
    int firstSeries = firstSeries(shuffled, stream);
    ReadingSource source =
        shuffled
            ? new ShuffledReadings(
                seed, firstSeries, SERIES_PER_STREAM, BATCH_READINGS, firstMicros)
            : new InOrderReadings(
                seed,
                firstSeries,
                SERIES_PER_STREAM,
                BATCH_READINGS / SERIES_PER_STREAM,
                firstMicros);
    var names = new String[SERIES_PER_STREAM];
    for (int i = 0; i < names.length; i++) {
      names[i] = seriesName(firstSeries + i);
    }
    var sentAt = new ConcurrentLinkedQueue<Long>();
    var listener = new LatencyListener(sentAt);
    var settings =
        WriterSettings.USUAL
            .withBatchReadingsMax(BATCH_READINGS)
            .withUnacknowledgedBatchesMax(UNACKNOWLEDGED_BATCHES_MAX);
    long deadline = started + request.number("seconds") * 1_000_000_000L;
    String writerId = request.part() + "-" + part + "-" + stream;
    try (IngestWriter writer = tidewatch.ingest().openWriter(writerId, settings, listener)) {
      ReadingTotals before = writer.totals();
      long sent = 0;
      do {
        sentAt.add(System.nanoTime());
        sent +=
            source.next((series, times, values) ->
                writer.append(names[series - firstSeries], times, values));
      } while (System.nanoTime() < deadline);
      writer.flush();
      ReadingTotals totals = writer.totals();
      if (!before.equals(ReadingTotals.NONE)
          || totals.sum() != sent
          || totals.accepted() != source.distinct()
          || totals.unchanged() != sent - source.distinct()) {
        throw new IllegalStateException(
            "sent %,d, of them %,d distinct, but the answers say %s"
                .formatted(sent, source.distinct(), totals));
      }
      return totals;
    }
  }

  /** Measures from when a batch began to be filled to when its answer came. */
  private final class LatencyListener implements IngestListener {
    private final ConcurrentLinkedQueue<Long> sentAt;

    LatencyListener(ConcurrentLinkedQueue<Long> sentAt) {
      this.sentAt = sentAt;
    }

    @Override
    public void acknowledged(Acknowledgement acknowledgement) {
      long now = System.nanoTime();
      for (long s = acknowledgement.fromSequence(); s <= acknowledgement.throughSequence(); s++) {
        Long sent = sentAt.poll();
        if (sent != null) {
          latencies.record(now - sent);
        }
      }
    }
  }
}
