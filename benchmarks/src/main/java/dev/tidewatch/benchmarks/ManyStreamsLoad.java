package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Very many streams that are open and sending at the same time, while a subscriber of the feed has
 * stopped reading after its first message.
 */
final class ManyStreamsLoad {
  private static final int FIRST_SERIES = 5_000_000;
  private static final int CONNECTIONS = 4;
  private static final int READINGS_OF_EACH = 100;

  private ManyStreamsLoad() {}

  /**
   * Runs it.
   *
   * @param request {@code port}, {@code part}, {@code streams}, {@code seconds}, {@code seed},
   *     {@code in-flight} (batches of one stream)
   */
  static Figures run(LoadRequest request) {
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), CONNECTIONS + 1);
    try {
      var stuck = new StuckSubscriber(channels.getLast());
      var streams = new ArrayList<BatchStream>();
      for (int i = 0; i < request.whole("streams"); i++) {
        var batches =
            new ColumnBatches(
                request.number("seed"),
                FIRST_SERIES + i,
                1,
                READINGS_OF_EACH,
                GeneratedReadings.beginOfPart(request.whole("part")));
        streams.add(
            new BatchStream(
                channels.get(i % CONNECTIONS),
                "many-" + request.whole("part") + "-" + i,
                batches::batch,
                request.whole("in-flight"),
                0));
      }
      streams.forEach(BatchStream::awaitOpened);
      stuck.first.join();
      long started = System.nanoTime();
      long deadline = started + request.number("seconds") * 1_000_000_000L;
      streams.forEach(stream -> stream.loop(deadline));
      streams.forEach(BatchStream::awaitClosed);
      double seconds = (System.nanoTime() - started) / 1e9;
      boolean connected = !stuck.closed.isDone();
      stuck.cancel();
      var latencies = Latencies.of(streams.stream().map(BatchStream::latencies).toList());
      long accepted = streams.stream().mapToLong(BatchStream::accepted).sum();
      return new Figures()
          .put("readings", accepted)
          .put("readings_per_second", accepted / seconds)
          .put("ack_ms_p99", latencies.millis(.99))
          .put("streams_served", streams.stream().filter(s -> s.acknowledged() > 0).count())
          .put("stuck_subscriber_connected", connected ? 1 : 0);
    } finally {
      Clients.close(channels);
    }
  }

  /** Asks for one message, and never for another. */
  private static final class StuckSubscriber extends ClientCall.Listener<SubscribeResponse> {
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ClientCall<SubscribeRequest, SubscribeResponse> call;

    StuckSubscriber(Channel channel) {
      call = channel.newCall(FeedServiceGrpc.getSubscribeMethod(), CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.sendMessage(SubscribeRequest.newBuilder().setFromHead(true).build());
      call.halfClose();
      call.request(1);
    }

    void cancel() {
      call.cancel("it is over", null);
    }

    @Override
    public void onMessage(SubscribeResponse message) {
      first.complete(null);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      first.completeExceptionally(status.asRuntimeException());
      closed.complete(null);
    }
  }
}
