package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Some clients, each of which asks again as soon as it has its answer; no question is asked twice.
 */
final class PredictClosedLoop {
  private static final int LATENCIES_MAX = 5_000_000;
  private static final int SAMPLED_MAX = 2_000;
  private static final int SAMPLE_OF = 100;
  private static final long STOP_SECONDS_MAX = 60;

  private final PredictClient client;
  private final int clients;
  private final int rows;
  private final SplittableRandom random;
  private final List<Pair> sampled = new ArrayList<>();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** A question and its answer, to be looked at later. */
  static final class Pair {
    private final float[] windows;
    private final float[] heads;

    Pair(float[] windows, float[] heads) {
      this.windows = windows;
      this.heads = heads;
    }

    float[] windows() {
      return windows;
    }

    float[] heads() {
      return heads;
    }
  }

  /** One window's figures. */
  record Window(double perSecond, double p50Millis, double p99Millis, double p999Millis) {}

  PredictClosedLoop(PredictClient client, int clients, int rows, long seed) {
    this.client = client;
    this.clients = clients;
    this.rows = rows;
    this.random = new SplittableRandom(seed);
  }

  /** One answer of a hundred, of all windows. */
  List<Pair> sampled() {
    synchronized (sampled) {
      return List.copyOf(sampled);
    }
  }

  /**
   * @throws IllegalStateException if a call failed
   */
  Window run(double seconds) throws InterruptedException {
    var latencies = new ArrayList<Latencies>();
    var done = new CountDownLatch(clients);
    long from = System.nanoTime();
    long until = from + (long) (seconds * 1e9);
    for (int i = 0; i < clients; i++) {
      var own = new Latencies(LATENCIES_MAX);
      latencies.add(own);
      new Asker(i, random.split(), own, until, done).ask();
    }
    if (!done.await((long) seconds + STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not answer any more");
    }
    double took = (System.nanoTime() - from) / 1e9;
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a call failed in the closed loop", failed);
    }
    Latencies all = Latencies.of(latencies);
    return new Window(all.count() / took, all.millis(.5), all.millis(.99), all.millis(.999));
  }

  private final class Asker extends ClientCall.Listener<ModelInferResponse> {
    private final int number;
    private final SplittableRandom random;
    private final Latencies latencies;
    private final long until;
    private final CountDownLatch done;
    private float[] windows = new float[0];
    private long askedAt;

    Asker(
        int number, SplittableRandom random, Latencies latencies, long until, CountDownLatch done) {
      this.number = number;
      this.random = random;
      this.latencies = latencies;
      this.until = until;
      this.done = done;
    }

    void ask() {
      windows = client.windows(random, rows);
      ModelInferRequest request = client.request(windows);
      askedAt = System.nanoTime();
      client.infer(number, request, 0, this);
    }

    @Override
    public void onMessage(ModelInferResponse answer) {
      latencies.record(System.nanoTime() - askedAt);
      if (answers.incrementAndGet() % SAMPLE_OF == 0) {
        synchronized (sampled) {
          if (sampled.size() < SAMPLED_MAX) {
            sampled.add(new Pair(windows, PredictClient.heads(answer)));
          }
        }
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!status.isOk()) {
        failure.compareAndSet(null, status.asException(trailers));
        done.countDown();
      } else if (System.nanoTime() >= until) {
        done.countDown();
      } else {
        // Not within the context of the call that has ended: they would hang on each other.
        Context.ROOT.run(this::ask);
      }
    }
  }
}
