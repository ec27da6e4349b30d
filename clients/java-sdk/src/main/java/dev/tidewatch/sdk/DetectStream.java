package dev.tidewatch.sdk;

import dev.tidewatch.proto.inference.v1.AnsweredBy;
import dev.tidewatch.proto.inference.v1.DetectionServiceGrpc;
import dev.tidewatch.proto.inference.v1.StreamDetectBatch;
import dev.tidewatch.proto.inference.v1.StreamDetectOpen;
import dev.tidewatch.proto.inference.v1.StreamDetectRequest;
import dev.tidewatch.proto.inference.v1.StreamDetectResponse;
import dev.tidewatch.proto.inference.v1.StreamDetectResult;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;

/**
 * A detector that scores the caller's own values in order, each batch answered once. The state of
 * each series lives as long as the stream. Not thread-safe.
 */
public final class DetectStream implements AutoCloseable {
  private final BlockingClientCall<StreamDetectRequest, StreamDetectResponse> call;
  private final AnsweredBy answeredBy;

  private DetectStream(
      BlockingClientCall<StreamDetectRequest, StreamDetectResponse> call, AnsweredBy answeredBy) {
    this.call = call;
    this.answeredBy = answeredBy;
  }

  static DetectStream open(Channel channel, StreamDetectOpen open) throws InterruptedException {
    BlockingClientCall<StreamDetectRequest, StreamDetectResponse> call =
        ClientCalls.blockingBidiStreamingCall(
            channel, DetectionServiceGrpc.getStreamDetectMethod(), CallOptions.DEFAULT);
    try {
      call.write(StreamDetectRequest.newBuilder().setOpen(open).build());
      return new DetectStream(call, read(call).getOpened().getAnsweredBy());
    } catch (StatusException e) {
      throw TidewatchException.from(e);
    }
  }

  /** The version that scores on this stream. */
  public AnsweredBy answeredBy() {
    return answeredBy;
  }

  /**
   * Scores one batch and waits for its answer.
   *
   * @throws TidewatchException if the stream fails; it is over then
   */
  public StreamDetectResult score(StreamDetectBatch batch) throws InterruptedException {
    try {
      call.write(StreamDetectRequest.newBuilder().setBatch(batch).build());
      return read(call).getResult();
    } catch (StatusException e) {
      throw TidewatchException.from(e);
    }
  }

  private static StreamDetectResponse read(
      BlockingClientCall<StreamDetectRequest, StreamDetectResponse> call)
      throws InterruptedException, StatusException {
    StreamDetectResponse response = call.read();
    if (response == null) {
      throw Status.UNAVAILABLE.withDescription("the server ended the stream").asException();
    }
    return response;
  }

  @Override
  public void close() {
    call.halfClose();
    call.cancel("closed", null);
  }
}
