package dev.tidewatch.registry.api;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.ExportVersionsResponse;
import dev.tidewatch.registry.domain.ModelVersion;
import dev.tidewatch.serverkit.errors.ServiceException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.function.Function;

/**
 * Sends versions as text, a block at a time, as fast as the client takes them. gRPC calls it from
 * one thread at a time.
 */
final class ExportStream {
  private static final int BLOCK = 200;

  private final List<Long> ordinals;
  private final Function<List<Long>, List<ModelVersion>> read;
  private final ExportText text;
  private final ServerCallStreamObserver<ExportVersionsResponse> call;
  private int next;
  private boolean begun;
  private boolean ended;

  ExportStream(
      List<Long> ordinals,
      Function<List<Long>, List<ModelVersion>> read,
      ExportText text,
      ServerCallStreamObserver<ExportVersionsResponse> call) {
    this.ordinals = ordinals;
    this.read = read;
    this.text = text;
    this.call = call;
  }

  void start() {
    call.setOnCancelHandler(() -> ended = true);
    call.setOnReadyHandler(this::send);
  }

  private void send() {
    try {
      while (!ended && call.isReady()) {
        block();
      }
    } catch (ServiceException e) {
      ended = true;
      call.onError(e);
    }
  }

  private void block() {
    StringBuilder block = new StringBuilder(begun ? "" : text.start());
    begun = true;
    int to = Math.min(next + BLOCK, ordinals.size());
    if (next < to) {
      for (ModelVersion version : read.apply(ordinals.subList(next, to))) {
        block.append(text.version(ModelMessages.version(version)));
      }
      next = to;
    }
    boolean last = next == ordinals.size();
    if (last) {
      block.append(text.end());
    }
    call.onNext(
        ExportVersionsResponse.newBuilder()
            .setData(ByteString.copyFromUtf8(block.toString()))
            .build());
    if (last) {
      ended = true;
      call.onCompleted();
    }
  }
}
