package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import dev.tidewatch.proto.ingest.v1.UnknownSeries;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/** One connection of a writer. Sent on by the writer's thread, answered on the channel's. */
final class WriterStream implements ClientResponseObserver<EncodedRequest, StreamReadingsResponse> {
  private final WriterSender writer;
  private final Channel channel;
  private final EncodedRequest hello;
  private volatile @Nullable ClientCallStreamObserver<EncodedRequest> requests;
  private volatile @Nullable TidewatchException broken;
  private volatile boolean opened;
  private volatile long heardNanos = System.nanoTime();

  WriterStream(WriterSender writer, Channel channel, String writerId, boolean create) {
    this.writer = writer;
    this.channel = channel;
    this.hello =
        EncodedRequest.of(
            StreamReadingsRequest.newBuilder()
                .setOpen(
                    OpenWriter.newBuilder()
                        .setWriterId(writerId)
                        .setUnknownSeries(
                            create
                                ? UnknownSeries.UNKNOWN_SERIES_CREATE
                                : UnknownSeries.UNKNOWN_SERIES_REJECT))
                .build());
  }

  void start() {
    var _ =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(EncodedRequest.METHOD, CallOptions.DEFAULT), this);
    var to = requests;
    if (to != null) {
      to.onNext(hello);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<EncodedRequest> requests) {
    this.requests = requests;
    requests.setOnReadyHandler(writer::wake);
  }

  /** The call may be over already; then the sender finds out through {@link #broken}. */
  void send(EncodedRequest batch) {
    var to = requests;
    if (to != null) {
      try {
        to.onNext(batch);
      } catch (IllegalStateException over) {
        breakWith(TidewatchException.from(Status.UNAVAILABLE.withCause(over).asException()));
      }
    }
  }

  boolean isReady() {
    var to = requests;
    return to != null && to.isReady();
  }

  void markOpened() {
    opened = true;
    restartSilence();
  }

  boolean isOpened() {
    return opened;
  }

  /** Why the stream is over; null while it is not. */
  @Nullable TidewatchException broken() {
    return broken;
  }

  void restartSilence() {
    heardNanos = System.nanoTime();
  }

  /** How long the server has owed an answer. */
  long silentNanos() {
    return System.nanoTime() - heardNanos;
  }

  /** Says politely that nothing more will come. */
  void finish() {
    var to = requests;
    if (to != null && broken == null) {
      try {
        to.onCompleted();
      } catch (IllegalStateException over) {
        breakWith(TidewatchException.from(Status.CANCELLED.withCause(over).asException()));
      }
    }
  }

  void cancel() {
    var to = requests;
    if (to != null) {
      to.cancel("the writer starts again", null);
    }
  }

  @Override
  public void onNext(StreamReadingsResponse response) {
    switch (response.getMessageCase()) {
      case OPENED -> writer.opened(this, response.getOpened());
      case ACKNOWLEDGED -> writer.acknowledged(this, response.getAcknowledged());
      case MESSAGE_NOT_SET -> {
        // A newer server may say more than this client knows.
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    breakWith(TidewatchException.from(failure));
  }

  @Override
  public void onCompleted() {
    breakWith(
        TidewatchException.of(
            Status.Code.UNAVAILABLE, "STREAM_ENDED", "the server ended the stream"));
  }

  private void breakWith(TidewatchException cause) {
    if (broken == null) {
      broken = cause;
    }
    writer.wake();
  }
}
