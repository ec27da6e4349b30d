package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastResponse;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.inference.v1.Recording;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Forecasts of given histories, none of which is asked twice, of the version that the alias names:
 * nothing but gRPC, the model and the way between them is measured.
 */
final class SwapTraffic {
  private static final int LATENCIES_MAX = 10_000_000;
  private static final int DEADLINE_SECONDS = 20;
  private static final int OUTSTANDING_MAX = 20_000;
  private static final long HOUR_MICROS = 3_600_000_000L;
  private static final long ORIGIN_HOUR = 480_000;

  private final ForecastServiceGrpc.ForecastServiceStub stub;
  private final ForecastServiceGrpc.ForecastServiceBlockingStub blocking;
  private final int historyHours;
  private final SplittableRandom random;
  private final AtomicLong number = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile String newest = "";
  private volatile String failure = "";

  SwapTraffic(Channel inference, int historyHours, long seed) {
    this.stub = ForecastServiceGrpc.newStub(inference);
    this.blocking = ForecastServiceGrpc.newBlockingStub(inference);
    this.historyHours = historyHours;
    this.random = new SplittableRandom(seed);
  }

  /** Requests that were answered with an error so far. */
  long failed() {
    return failed.get();
  }

  /** The last error's text; empty if there was none. */
  String failure() {
    return failure;
  }

  /** The version that gave the newest answer. */
  String newestVersion() {
    return newest;
  }

  private ForecastRequest next() {
    long unique = number.incrementAndGet();
    var request =
        ForecastRequest.newBuilder()
            .addSeries("bench/swap")
            .setModel(ModelChoice.newBuilder().setModel(SwapModel.NAME).setAlias(SwapModel.LIVE))
            .setHorizon(SwapModel.HORIZON)
            .setRecord(Recording.RECORDING_NEVER);
    var history = request.getHistoryBuilder();
    for (int i = 0; i < historyHours; i++) {
      history
          .addTimesMicros((ORIGIN_HOUR + i) * HOUR_MICROS)
          .addValues(SwapModel.value(i) + unique * 1e-6);
    }
    return request.build();
  }

  /** Asks once; true if a version answered. */
  boolean probe() {
    try {
      note(blocking.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).forecast(next()));
      return true;
    } catch (StatusRuntimeException e) {
      failure = String.valueOf(e.getMessage());
      return false;
    }
  }

  private void note(ForecastResponse response) {
    newest = response.getForecasts(0).getAnsweredBy().getVersion();
  }

  /** Answers per second to so many callers, each in a closed loop. */
  double capacityPerSecond(int callers, double seconds) throws InterruptedException {
    long endNanos = System.nanoTime() + (long) (seconds * 1e9);
    var answers = new AtomicLong();
    var threads = new Thread[callers];
    for (int i = 0; i < callers; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                while (System.nanoTime() < endNanos) {
                  if (probe()) {
                    answers.incrementAndGet();
                  }
                }
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return answers.get() / seconds;
  }

  /**
   * An open loop with Poisson arrivals; latencies count from the time at which a request was due.
   */
  Latencies openLoop(double perSecond, double seconds) throws InterruptedException {
    var latencies = new Latencies(LATENCIES_MAX);
    var outstanding = new AtomicInteger();
    long due = System.nanoTime();
    long end = due + (long) (seconds * 1e9);
    while (true) {
      due += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
      if (due - end >= 0) {
        break;
      }
      ForecastRequest request = next();
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      if (outstanding.get() >= OUTSTANDING_MAX) {
        failed.incrementAndGet();
        failure = "%d requests were not answered yet".formatted(OUTSTANDING_MAX);
        continue;
      }
      outstanding.incrementAndGet();
      stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .forecast(request, new Answer(latencies, outstanding, due));
    }
    while (outstanding.get() > 0) {
      Thread.sleep(1);
    }
    return latencies;
  }

  private final class Answer implements StreamObserver<ForecastResponse> {
    private final Latencies latencies;
    private final AtomicInteger outstanding;
    private final long due;

    Answer(Latencies latencies, AtomicInteger outstanding, long due) {
      this.latencies = latencies;
      this.outstanding = outstanding;
      this.due = due;
    }

    @Override
    public void onNext(ForecastResponse response) {
      latencies.record(System.nanoTime() - due);
      note(response);
    }

    @Override
    public void onError(Throwable e) {
      failed.incrementAndGet();
      failure = String.valueOf(e.getMessage());
      outstanding.decrementAndGet();
    }

    @Override
    public void onCompleted() {
      outstanding.decrementAndGet();
    }
  }
}
