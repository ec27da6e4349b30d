package dev.tidewatch.benchmarks;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Calls of {@code IngestReadings} in a closed loop of several callers. */
final class UnaryLoad {
  private static final int FIRST_SERIES = 4_000_000;
  private static final int CONNECTIONS = 2;

  private UnaryLoad() {}

  /**
   * Runs it.
   *
   * @param request {@code port}, {@code part}, {@code callers}, {@code readings} (of one call),
   *     {@code seconds}, {@code seed}
   */
  static Figures run(LoadRequest request) {
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), CONNECTIONS);
    try {
      var callers = new ArrayList<Caller>();
      long started = System.nanoTime();
      long deadline = started + request.number("seconds") * 1_000_000_000L;
      for (int i = 0; i < request.whole("callers"); i++) {
        var stub = IngestServiceGrpc.newStub(channels.get(i % channels.size()));
        callers.add(new Caller(stub, request, i, deadline));
      }
      callers.forEach(Caller::call);
      callers.forEach(caller -> caller.done.join());
      double seconds = (System.nanoTime() - started) / 1e9;
      var latencies = Latencies.of(callers.stream().map(caller -> caller.latencies).toList());
      long accepted = callers.stream().mapToLong(caller -> caller.accepted).sum();
      return new Figures()
          .put("readings", accepted)
          .put("readings_per_second", accepted / seconds)
          .put("call_ms_p50", latencies.millis(.5))
          .put("call_ms_p99", latencies.millis(.99));
    } finally {
      Clients.close(channels);
    }
  }

  /** One caller: the next call goes out when the answer to the last one has come. */
  private static final class Caller implements StreamObserver<IngestReadingsResponse> {
    private final IngestServiceGrpc.IngestServiceStub stub;
    private final int readings;
    private final long seed;
    private final int series;
    private final String name;
    private final long deadline;
    private final SplittableRandom random;
    private final Latencies latencies = new Latencies(10_000_000);
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long nextMicros;
    private long sentAt;
    private long accepted;

    Caller(
        IngestServiceGrpc.IngestServiceStub stub, LoadRequest request, int number, long deadline) {
      this.stub = stub;
      this.readings = request.whole("readings");
      this.seed = request.number("seed");
      this.series = FIRST_SERIES + number;
      this.name = ColumnarLoad.seriesName(series);
      this.deadline = deadline;
      this.random =
          new SplittableRandom(
              GeneratedReadings.mix(seed) + GeneratedReadings.mix(series) + request.number("part"));
      this.nextMicros = GeneratedReadings.beginOfPart(request.whole("part"));
    }

    void call() {
      sentAt = System.nanoTime();
      if (sentAt >= deadline) {
        done.complete(null);
        return;
      }
      var request =
          IngestReadingsRequest.newBuilder()
              .setRequestId(new UUID(random.nextLong(), random.nextLong()).toString());
      for (int i = 0; i < readings; i++) {
        request.addRows(
            Reading.newBuilder()
                .setSeries(name)
                .setTime(Timestamp.newBuilder().setSeconds(nextMicros / 1_000_000))
                .setValue(GeneratedReadings.value(seed, series, nextMicros)));
        nextMicros += GeneratedReadings.SECOND_MICROS;
      }
      stub.ingestReadings(request.build(), this);
    }

    @Override
    public void onNext(IngestReadingsResponse answer) {
      latencies.record(System.nanoTime() - sentAt);
      if (answer.getCounts().getAccepted() != readings) {
        done.completeExceptionally(new IllegalStateException("not stored: " + answer));
      }
      accepted += answer.getCounts().getAccepted();
    }

    @Override
    public void onError(Throwable failure) {
      done.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      if (!done.isDone()) {
        call();
      }
    }
  }
}
