package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The outermost interceptor but for the tracing one: errors become statuses here, and open streams
 * are known here, so that the drain can end them.
 */
final class CallGuard implements ServerInterceptor {
  private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(1);

  private final Set<GuardedCall<?, ?>> streams = ConcurrentHashMap.newKeySet();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var guarded = new GuardedCall<>(call);
    ServerCall.Listener<Q> service;
    try {
      service = next.startCall(guarded, headers);
    } catch (RuntimeException e) {
      guarded.end(ErrorStatus.of(e, guarded.method()));
      return new ServerCall.Listener<>() {};
    }
    var listener = new GuardedCall.Listener<>(service, guarded);
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return listener;
    }
    streams.add(guarded);
    return new ForgettingListener<>(listener, guarded);
  }

  /** Ends the streams that are still open; their clients connect again, elsewhere or later. */
  void endStreams() {
    for (GuardedCall<?, ?> stream : streams) {
      stream.end(
          ErrorStatus.of(
              new Unavailable(
                  "SERVER_DRAINING",
                  "the server is shutting down; connect again and resume",
                  RETRY_ELSEWHERE),
              stream.method()));
    }
  }

  private final class ForgettingListener<Q>
      extends io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final GuardedCall<Q, ?> call;

    ForgettingListener(ServerCall.Listener<Q> listener, GuardedCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onCancel() {
      streams.remove(call);
      super.onCancel();
    }

    @Override
    public void onComplete() {
      streams.remove(call);
      super.onComplete();
    }
  }
}
