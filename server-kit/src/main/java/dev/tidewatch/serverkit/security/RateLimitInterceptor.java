package dev.tidewatch.serverkit.security;

import dev.tidewatch.serverkit.errors.ResourceExhausted;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits the messages that one key sends to one RPC: a token bucket each, for the keys used last. A
 * message beyond the limit ends its call with {@code RESOURCE_EXHAUSTED / RATE_LIMITED} and says
 * when to come back.
 */
public final class RateLimitInterceptor implements ServerInterceptor {
  private static final int BUCKETS_MAX = 10_000;

  private record Limited(String keyId, String method) {}

  private final RateLimitConfig config;
  private final Map<Limited, Bucket> buckets =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Limited, Bucket> eldest) {
              return size() > BUCKETS_MAX;
            }
          });

  public RateLimitInterceptor(RateLimitConfig config) {
    this.config = config;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Bucket bucket =
        buckets.computeIfAbsent(
            new Limited(Caller.current().keyId(), method), limited -> newBucket());
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
          throw new ResourceExhausted(
              "RATE_LIMITED",
              "more than " + config.perSecond() + " messages a second to " + method,
              Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        super.onMessage(message);
      }
    };
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .addLimit(limit ->
            limit.capacity(config.burst()).refillGreedy(config.perSecond(), Duration.ofSeconds(1)))
        .build();
  }
}
