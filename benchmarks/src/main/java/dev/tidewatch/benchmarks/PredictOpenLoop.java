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
import java.util.concurrent.CompletableFuture;
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

  /** Returns when all are answered, or given up. */
  Outcome run(double perSecond, double seconds) {
    var arrivals = new Arrivals(perSecond, seconds);
    client.thread().execute(arrivals);
    arrivals.ended.join();
    long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5L * DEADLINE_MILLIS);
    while (arrivals.open.get() > 0 && System.nanoTime() < giveUp) {
      LockSupport.parkNanos(1_000_000);
    }
    return arrivals.outcome();
  }

  /** On the client's thread: each request leaves when its moment has come. */
  private final class Arrivals implements Runnable {
    private final double perSecond;
    private final double seconds;
    private final long from = System.nanoTime();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder good = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder other = new LongAdder();

    /** Of the next one, in nanoseconds since the beginning. */
    private double next;

    private int sent;

    Arrivals(double perSecond, double seconds) {
      this.perSecond = perSecond;
      this.seconds = seconds;
      pass();
    }

    private void pass() {
      next += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
    }

    @Override
    public void run() {
      try {
        for (long now = elapsed(); next <= now && next < seconds * 1e9; pass()) {
          send();
        }
        if (next < seconds * 1e9) {
          var _ =
              client
                  .thread()
                  .schedule(this, Math.max(0, (long) next - elapsed()), TimeUnit.NANOSECONDS);
        } else {
          ended.complete(null);
        }
      } catch (RuntimeException | Error e) {
        ended.completeExceptionally(e);
      }
    }

    private long elapsed() {
      return System.nanoTime() - from;
    }

    private void send() {
      if (open.get() >= OPEN_MAX) {
        other.increment();
        return;
      }
      open.incrementAndGet();
      client.infer(
          sent,
          requests.get(sent % REQUESTS),
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

    Outcome outcome() {
      double took = Math.max(seconds, elapsed() / 1e9 - DEADLINE_MILLIS / 1e3);
      return new Outcome(
          sent / seconds, good.sum() / took, refused.sum() / took, other.sum() / took);
    }
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
