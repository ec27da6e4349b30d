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
import java.util.function.Predicate;

/**
 * The outermost interceptor but for the tracing one: errors become statuses here, and open calls
 * are known here, so that the drain can end them.
 */
final class CallGuard implements ServerInterceptor {
  private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(1);

  private final Set<GuardedCall<?, ?>> open = ConcurrentHashMap.newKeySet();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var guarded = new GuardedCall<>(call);
    try {
      ServerCall.Listener<Q> service = next.startCall(guarded, headers);
      open.add(guarded);
      return new GuardedCall.Listener<>(service, guarded, () -> open.remove(guarded));
    } catch (RuntimeException e) {
      guarded.end(ErrorStatus.of(e, guarded.method()));
      return new ServerCall.Listener<>() {};
    }
  }

  /** Ends the streams that are still open; their clients connect again, elsewhere or later. */
  void endStreams() {
    end(call -> call.getMethodDescriptor().getType() != MethodType.UNARY);
  }

  /** Ends all calls that are still open. */
  void endAll() {
    end(call -> true);
  }

  private void end(Predicate<GuardedCall<?, ?>> which) {
    for (GuardedCall<?, ?> call : open) {
      if (which.test(call)) {
        call.end(
            ErrorStatus.of(
                new Unavailable(
                    "SERVER_DRAINING",
                    "the server is shutting down; connect again",
                    RETRY_ELSEWHERE),
                call.method()));
      }
    }
  }
}
