package dev.tidewatch.systemtests.badinput;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a server answered.
 *
 * @param messages the responses before the end, raw
 * @param infos every ErrorInfo in the details
 * @param fields the fields that a BadRequest in the details names
 */
record Answer(Status status, List<byte[]> messages, List<ErrorInfo> infos, List<String> fields) {

  /**
   * Sends the requests, closes the sending side and waits for the end; a stream that would go on is
   * cancelled after its first response and counts as OK.
   */
  static Answer to(
      Channel channel, Rpc rpc, CallOptions options, Metadata headers, List<byte[]> requests)
      throws Exception {
    var answer = new CompletableFuture<Answer>();
    var messages = new ArrayList<byte[]>();
    ClientCall<byte[], byte[]> call = channel.newCall(rpc.raw(), options);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            messages.add(message);
            if (isEndless(rpc)) {
              answer.complete(new Answer(Status.OK, List.copyOf(messages), List.of(), List.of()));
              call.cancel("seen enough", null);
            } else {
              call.request(1);
            }
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            answer.complete(of(status, trailers, messages));
          }
        },
        headers);
    call.request(1);
    for (var request : requests) {
      call.sendMessage(request);
    }
    call.halfClose();
    return answer.get(60, TimeUnit.SECONDS);
  }

  private static boolean isEndless(Rpc rpc) {
    return rpc.proto().isServerStreaming() && !rpc.proto().isClientStreaming();
  }

  private static Answer of(Status status, Metadata trailers, List<byte[]> messages) {
    var infos = new ArrayList<ErrorInfo>();
    var fields = new ArrayList<String>();
    var details = StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList();
    try {
      for (var detail : details) {
        if (detail.is(ErrorInfo.class)) {
          infos.add(detail.unpack(ErrorInfo.class));
        } else if (detail.is(BadRequest.class)) {
          detail.unpack(BadRequest.class).getFieldViolationsList().stream()
              .map(BadRequest.FieldViolation::getField)
              .forEach(fields::add);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("details of " + status, e);
    }
    return new Answer(status, List.copyOf(messages), List.copyOf(infos), List.copyOf(fields));
  }

  /** The one reason; empty when there is none. */
  String reason() {
    return infos.size() == 1 ? infos.getFirst().getReason() : "";
  }

  @Override
  public String toString() {
    return status.getCode() + " / " + reason() + " " + fields + ": " + status.getDescription();
  }
}
