package dev.tidewatch.inference.clients;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server stream that is read with a time limit per message. At most {@code prefetch} messages
 * wait in memory; beyond that the server waits. For one reading thread.
 */
final class ServerStream<R> implements AutoCloseable {
  private final ClientCall<?, R> call;
  private final LinkedBlockingQueue<Event<R>> events = new LinkedBlockingQueue<>();

  private sealed interface Event<R> {}

  private record Message<R>(R content) implements Event<R> {}

  private record End<R>(Status status, Metadata trailers) implements Event<R> {}

  private <Q> ServerStream(ClientCall<Q, R> call, Q request, int prefetch) {
    this.call = call;
    call.start(
        new ClientCall.Listener<R>() {
          @Override
          public void onMessage(R message) {
            events.add(new Message<>(message));
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            events.add(new End<>(status, trailers));
          }
        },
        new Metadata());
    call.sendMessage(request);
    call.halfClose();
    call.request(prefetch);
  }

  static <Q, R> ServerStream<R> open(
      Channel channel, MethodDescriptor<Q, R> method, Q request, int prefetch) {
    return new ServerStream<>(channel.newCall(method, CallOptions.DEFAULT), request, prefetch);
  }

  /**
   * The next message; null if none came in time.
   *
   * @throws StatusRuntimeException once the stream has ended; {@code UNAVAILABLE} if the server
   *     ended it without an error
   */
  @Nullable R next(Duration longest) throws InterruptedException {
    @Nullable Event<R> event = events.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
    return switch (event) {
      case null -> null;
      case Message<R>(var content) -> {
        call.request(1);
        yield content;
      }
      case End<R>(var status, var trailers) -> {
        events.add(event);
        throw (status.isOk() ? Status.UNAVAILABLE.withDescription("the stream ended") : status)
            .asRuntimeException(trailers);
      }
    };
  }

  @Override
  public void close() {
    call.cancel("no longer read", null);
  }
}
