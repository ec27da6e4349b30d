package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One call of {@code StreamReadings} without the SDK, for batches that go out exactly when and as
 * they are asked for. A batch's latency is counted from when it was meant to go out. Sent to by one
 * thread at a time: in a closed loop the transport's, else whoever calls {@link #send}.
 */
final class BatchStream extends ClientCall.Listener<StreamReadingsResponse> {
  /** Makes the batch of a sequence. */
  @FunctionalInterface
  interface BatchMaker {
    ReadingsBatch.Builder batch(long sequence);
  }

  private final ClientCall<StreamReadingsRequest, StreamReadingsResponse> call;
  private final BatchMaker maker;
  private final int inFlightMax;
  private final AtomicLongArray meantAt;
  private final Latencies latencies;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private long deadlineNanos;
  private long sent;
  private boolean halfClosed;
  private volatile long unmeasured;
  private volatile long acknowledged;
  private volatile long accepted;

  /**
   * Opens a writer.
   *
   * @param inFlightMax batches that may wait for their answer in a closed loop
   * @param batchesMax batches that will be sent at most in an open loop; 0 for a closed one
   */
  BatchStream(Channel channel, String writerId, BatchMaker maker, int inFlightMax, int batchesMax) {
    this.call = channel.newCall(IngestServiceGrpc.getStreamReadingsMethod(), CallOptions.DEFAULT);
    this.maker = maker;
    this.inFlightMax = inFlightMax;
    this.meantAt = new AtomicLongArray(Math.max(inFlightMax, batchesMax));
    this.latencies = new Latencies(50_000_000);
    call.start(this, new Metadata());
    call.request(Integer.MAX_VALUE);
    call.sendMessage(
        StreamReadingsRequest.newBuilder()
            .setOpen(OpenWriter.newBuilder().setWriterId(writerId))
            .build());
  }

  void awaitOpened() {
    opened.join();
  }

  /** Sends batch after batch from now to {@code deadlineNanos}, then half-closes. */
  void loop(long untilNanos) {
    opened.join();
    // The transport's thread sends from here on: it is told by a message that is on its way.
    synchronized (this) {
      deadlineNanos = untilNanos;
      fill();
    }
  }

  /** Sends one batch that was meant to go out at a moment, perhaps in the past. */
  synchronized void send(long meantNanos) {
    sent++;
    meantAt.setPlain((int) (sent % meantAt.length()), meantNanos);
    call.sendMessage(
        StreamReadingsRequest.newBuilder().setBatch(maker.batch(sent).setSequence(sent)).build());
  }

  /**
   * Sends the first batches, of which nothing is measured: they make the series, which happens once
   * in a series' life and not at a rate.
   */
  void sendUnmeasured(int batches) {
    unmeasured = batches;
    for (int i = 0; i < batches; i++) {
      send(System.nanoTime());
    }
  }

  /** Waits until the batches that are not measured are acknowledged. */
  void awaitUnmeasured() throws InterruptedException {
    while (acknowledged < unmeasured) {
      if (closed.isDone()) {
        closed.join();
        throw new IllegalStateException("the stream ended while its series were made");
      }
      Thread.sleep(1);
    }
  }

  /** Says that no batch follows. */
  synchronized void finish() {
    if (!halfClosed) {
      halfClosed = true;
      call.halfClose();
    }
  }

  /** Waits until everything sent is acknowledged. */
  void awaitClosed() {
    closed.join();
    synchronized (this) {
      if (acknowledged != sent) {
        throw new IllegalStateException("sent " + sent + ", acknowledged " + acknowledged);
      }
    }
  }

  /** Readings stored as new. */
  long accepted() {
    return accepted;
  }

  /** Batches answered. */
  long acknowledged() {
    return acknowledged;
  }

  Latencies latencies() {
    return latencies;
  }

  private void fill() {
    while (!halfClosed && sent - acknowledged < inFlightMax) {
      long now = System.nanoTime();
      if (now >= deadlineNanos) {
        finish();
      } else {
        send(now);
      }
    }
  }

  @Override
  public void onMessage(StreamReadingsResponse message) {
    if (message.hasOpened()) {
      opened.complete(null);
      return;
    }
    BatchAcknowledgement answer = message.getAcknowledged();
    long now = System.nanoTime();
    if (answer.getRejectedCount() > 0) {
      call.cancel("rejected: " + answer.getRejected(0), null);
      return;
    }
    for (long s = Math.max(answer.getFromSequence(), unmeasured + 1);
        s <= answer.getThroughSequence();
        s++) {
      latencies.record(now - meantAt.getPlain((int) (s % meantAt.length())));
    }
    synchronized (this) {
      accepted += answer.getCounts().getAccepted();
      acknowledged = answer.getThroughSequence();
      if (deadlineNanos != 0) {
        fill();
      }
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (status.isOk()) {
      closed.complete(null);
    } else {
      var failure = status.asRuntimeException(trailers);
      opened.completeExceptionally(failure);
      closed.completeExceptionally(failure);
    }
  }
}
