package dev.tidewatch.benchmarks;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Row form: one reading a message over up to 64 streams. In a closed loop, as fast as answers come;
 * in an open one, at a fixed rate.
 */
final class RowLoad {
  private static final int SERIES_PER_STREAM = 10;
  private static final int FIRST_SERIES = 2_000_000;
  private static final int CONNECTIONS = 2;
  private static final int STREAMS_MAX = 64;

  private RowLoad() {}

  /**
   * As fast as answers come.
   *
   * @param request {@code port}, {@code part}, {@code streams}, {@code seconds}, {@code seed},
   *     {@code in-flight} (messages of one stream)
   */
  static Figures closedLoop(LoadRequest request) {
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), CONNECTIONS);
    try {
      List<BatchStream> streams = open(request, channels, request.whole("in-flight"), 0);
      long started = System.nanoTime();
      long deadline = started + request.number("seconds") * 1_000_000_000L;
      streams.forEach(stream -> stream.loop(deadline));
      streams.forEach(BatchStream::awaitClosed);
      return figures(streams, (System.nanoTime() - started) / 1e9);
    } finally {
      Clients.close(channels);
    }
  }

  /**
   * At a fixed rate, once the series are there.
   *
   * @param request as above, with {@code rate} (readings per second over all streams) instead of
   *     {@code in-flight}
   */
  static Figures openLoop(LoadRequest request) throws Exception {
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), CONNECTIONS);
    try {
      double rate = request.number("rate");
      long seconds = request.number("seconds");
      int batchesMax = (int) (rate * seconds / request.whole("streams")) + SERIES_PER_STREAM + 2;
      List<BatchStream> streams = open(request, channels, 1, batchesMax);
      streams.forEach(stream -> stream.sendUnmeasured(SERIES_PER_STREAM));
      for (BatchStream stream : streams) {
        stream.awaitUnmeasured();
      }
      long started = System.nanoTime();
      Pacer.run(
          rate, seconds, (index, meant) -> streams.get((int) (index % streams.size())).send(meant));
      streams.forEach(BatchStream::finish);
      streams.forEach(BatchStream::awaitClosed);
      return figures(streams, (System.nanoTime() - started) / 1e9);
    } finally {
      Clients.close(channels);
    }
  }

  private static List<BatchStream> open(
      LoadRequest request, List<ManagedChannel> channels, int inFlightMax, int batchesMax) {
    int count = request.whole("streams");
    if (count > STREAMS_MAX) {
      throw new IllegalArgumentException("streams: " + count);
    }
    var streams = new ArrayList<BatchStream>();
    for (int i = 0; i < count; i++) {
      var maker = new Maker(request, i);
      streams.add(
          new BatchStream(
              channels.get(i % channels.size()),
              request.part() + "-" + request.whole("part") + "-" + i,
              maker::batch,
              inFlightMax,
              batchesMax));
    }
    streams.forEach(BatchStream::awaitOpened);
    return streams;
  }

  private static Figures figures(List<BatchStream> streams, double seconds) {
    var latencies = Latencies.of(streams.stream().map(BatchStream::latencies).toList());
    long accepted = streams.stream().mapToLong(BatchStream::accepted).sum();
    long sent = streams.stream().mapToLong(BatchStream::acknowledged).sum();
    if (accepted != sent) {
      throw new IllegalStateException("sent " + sent + ", stored " + accepted);
    }
    return new Figures()
        .put("readings", accepted)
        .put("readings_per_second", accepted / seconds)
        .put("ack_ms_p50", latencies.millis(.5))
        .put("ack_ms_p99", latencies.millis(.99))
        .put("ack_ms_p999", latencies.millis(.999));
  }

  /** One reading a batch, the series of a stream in turn. */
  private static final class Maker {
    private final long seed;
    private final int firstSeries;
    private final long firstMicros;
    private final String[] names = new String[SERIES_PER_STREAM];

    Maker(LoadRequest request, int stream) {
      this.seed = request.number("seed");
      this.firstSeries = FIRST_SERIES + stream * SERIES_PER_STREAM;
      this.firstMicros = GeneratedReadings.beginOfPart(request.whole("part"));
      for (int i = 0; i < names.length; i++) {
        names[i] = ColumnarLoad.seriesName(firstSeries + i);
      }
    }

    ReadingsBatch.Builder batch(long sequence) {
      int s = (int) (sequence % SERIES_PER_STREAM);
      long micros = firstMicros + sequence / SERIES_PER_STREAM * GeneratedReadings.SECOND_MICROS;
      return ReadingsBatch.newBuilder()
          .addRows(
              Reading.newBuilder()
                  .setSeries(names[s])
                  .setTime(Timestamp.newBuilder().setSeconds(micros / 1_000_000))
                  .setValue(GeneratedReadings.value(seed, firstSeries + s, micros)));
    }
  }
}
