package dev.tidewatch.serverkit.telemetry;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Names each call for the logs: the client's {@code x-request-id}, or one made here; answered in
 * the headers, and found in the log lines of the call.
 */
public final class RequestId {
  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<String> CONTEXT_KEY = Context.key("tidewatch-request-id");
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");

  private RequestId() {}

  /** That of the call on this thread; empty outside of calls. */
  public static Optional<String> current() {
    return Optional.ofNullable(CONTEXT_KEY.get());
  }

  /** A random UUID; no secret, so without the secure random numbers, which many calls wait for. */
  private static String made() {
    var random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xf000L) | 0x4000L; // version 4
    long low = (random.nextLong() >>> 2) | Long.MIN_VALUE; // variant 2
    return new UUID(high, low).toString();
  }

  /** Puts it there; the kit adds it to every server. */
  public static final class Interceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String given = headers.get(HEADER);
      String id = given != null && FORM.matcher(given).matches() ? given : made();
      var answering =
          new SimpleForwardingServerCall<Q, A>(call) {
            @Override
            public void sendHeaders(Metadata answer) {
              answer.put(HEADER, id);
              super.sendHeaders(answer);
            }
          };
      return Contexts.interceptCall(
          Context.current().withValue(CONTEXT_KEY, id), answering, headers, next);
    }
  }
}
