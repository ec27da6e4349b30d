package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Columnar batches of 1,000 readings at a fixed rate, whatever the answers do, once the series are
 * there.
 */
final class PacedColumnarLoad {
  private static final int FIRST_SERIES = 3_000_000;
  private static final int SERIES_PER_STREAM = 10;
  private static final int READINGS_OF_EACH = 100;
  private static final int BATCH_READINGS = SERIES_PER_STREAM * READINGS_OF_EACH;

  private PacedColumnarLoad() {}

  /**
   * Runs it.
   *
   * @param request {@code port}, {@code part}, {@code streams}, {@code seconds}, {@code seed},
   *     {@code rate} (readings per second over all streams)
   */
  static Figures run(LoadRequest request) throws Exception {
    int count = request.whole("streams");
    double batchesPerSecond = (double) request.number("rate") / BATCH_READINGS;
    int batchesMax = (int) (batchesPerSecond * request.number("seconds") / count) + 3;
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), 1);
    try {
      var streams = new ArrayList<BatchStream>();
      for (int i = 0; i < count; i++) {
        var batches =
            new ColumnBatches(
                request.number("seed"),
                FIRST_SERIES + i * SERIES_PER_STREAM,
                SERIES_PER_STREAM,
                READINGS_OF_EACH,
                GeneratedReadings.beginOfPart(request.whole("part")));
        streams.add(
            new BatchStream(
                channels.getFirst(),
                "paced-" + request.whole("part") + "-" + i,
                batches::batch,
                1,
                batchesMax));
      }
      streams.forEach(BatchStream::awaitOpened);
      streams.forEach(stream -> stream.sendUnmeasured(1));
      for (BatchStream stream : streams) {
        stream.awaitUnmeasured();
      }
      long started = System.nanoTime();
      Pacer.run(
          batchesPerSecond,
          request.number("seconds"),
          (index, meant) -> streams.get((int) (index % count)).send(meant));
      streams.forEach(BatchStream::finish);
      streams.forEach(BatchStream::awaitClosed);
      double seconds = (System.nanoTime() - started) / 1e9;
      var latencies = Latencies.of(streams.stream().map(BatchStream::latencies).toList());
      long accepted = streams.stream().mapToLong(BatchStream::accepted).sum();
      return new Figures()
          .put("readings", accepted)
          .put("readings_per_second", accepted / seconds)
          .put("ack_ms_p50", latencies.millis(.5))
          .put("ack_ms_p99", latencies.millis(.99))
          .put("ack_ms_p999", latencies.millis(.999));
    } finally {
      Clients.close(channels);
    }
  }
}
