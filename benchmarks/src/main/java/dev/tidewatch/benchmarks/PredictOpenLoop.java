package dev.tidewatch.benchmarks;

import com.google.rpc.RetryInfo;
import dev.tidewatch.proto.oip.ModelInferRequest;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Requests that come at random moments (Poisson), whether or not the former were answered. */
final class PredictOpenLoop {
  private static final int REQUESTS = 128;
  private static final int DEADLINE_MILLIS = 1_000;

  /** Beyond, requests are not sent: the client's memory is bounded too. */
  private static final int OPEN_MAX = 20_000;

  private final PredictClient client;
  private final List<ModelInferRequest> requests = new ArrayList<>();
  private final SplittableRandom random;

  /**
   * What became of one run's requests, per second.
   *
   * @param offered sent
   * @param good answered within the deadline
   * @param refused RESOURCE_EXHAUSTED or UNAVAILABLE with a time to come back
   * @param other anything else
   */
  record Outcome(double offered, double good, double refused, double other) {}

  PredictOpenLoop(PredictClient client, int rows, long seed) {
    this.client = client;
    this.random = new SplittableRandom(seed);
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(client.request(client.windows(random, rows)));
    }
  }

  Outcome run(double perSecond, double seconds) {
    var good = new LongAdder();
    var refused = new LongAdder();
    var other = new LongAdder();
    var open = new AtomicInteger();
    long from = System.nanoTime();
    long until = from + (long) (seconds * 1e9);
    double next = from;
    long sent = 0;
    while (true) {
      next += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
      if (next >= until) {
        break;
      }
      for (long left = (long) next - System.nanoTime();
          left > 0;
          left = (long) next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      if (open.get() >= OPEN_MAX) {
        other.increment();
        continue;
      }
      open.incrementAndGet();
      client.infer(
          (int) sent,
          requests.get((int) (sent % REQUESTS)),
          DEADLINE_MILLIS,
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              open.decrementAndGet();
              if (status.isOk()) {
                good.increment();
              } else {
                (isPoliteRefusal(status, trailers) ? refused : other).increment();
              }
            }
          });
      sent++;
    }
    long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5L * DEADLINE_MILLIS);
    while (open.get() > 0 && System.nanoTime() < giveUp) {
      LockSupport.parkNanos(1_000_000);
    }
    double took = Math.max(seconds, (System.nanoTime() - from) / 1e9 - DEADLINE_MILLIS / 1e3);
    return new Outcome(sent / seconds, good.sum() / took, refused.sum() / took, other.sum() / took);
  }

  private static boolean isPoliteRefusal(Status status, Metadata trailers) {
    return switch (status.getCode()) {
      case RESOURCE_EXHAUSTED, UNAVAILABLE ->
          StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList().stream()
              .anyMatch(detail -> detail.is(RetryInfo.class));
      default -> false;
    };
  }
}
