package dev.tidewatch.benchmarks;

import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastResponse;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.RecordingState;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.standalone.Addresses;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import dev.tidewatch.standalone.figures.MachineDescription;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The client of the forecast bench, in a process of its own. Arguments: addresses as JSON, {@code
 * prepare} or {@code measure}, seconds, seed, requests a second. {@code measure} prints its figures
 * as one line of JSON: an open loop of forecasts, 24 steps of one of 500 series each time, measured
 * from when each was due; meanwhile readings go on arriving, so that what the server keeps changes;
 * and before it a health check on the same connection as the floor of a call.
 */
final class ForecastLoad {
  private static final int SERIES = 500;
  private static final int TRAINED = 5;
  private static final int DAYS = 28;
  private static final int HORIZON = 24;
  private static final int LATENCIES_MAX = 10_000_000;
  private static final int WARM_UP_SECONDS = 20;
  private static final int FLOOR_CALLS = 2_000;
  private static final int READINGS_PER_SECOND = 100;
  private static final String MODEL = "bench-forecast";
  private static final long HOUR_MICROS = 3_600_000_000L;

  private ForecastLoad() {}

  public static void main(String[] args) throws Exception {
    Addresses addresses = Addresses.fromJsonLine(args[0]);
    int seconds = Integer.parseInt(args[2]);
    long seed = Long.parseLong(args[3]);
    try (var tidewatch = Tidewatch.connect(addresses.connection())) {
      if (args[1].equals("prepare")) {
        prepare(tidewatch, InstantSource.system(), seed);
      } else {
        System.out.println(
            measure(tidewatch, seconds, seed, Integer.parseInt(args[4]))
                .toJsonLine("forecast-load", MachineDescription.here()));
      }
    }
  }

  private static void prepare(Tidewatch tidewatch, InstantSource clock, long seed)
      throws Exception {
    var random = new SplittableRandom(seed);
    long end = clock.millis() * 1000 / HOUR_MICROS * HOUR_MICROS;
    int hours = DAYS * 24;
    var names = new ArrayList<SeriesName>();
    try (IngestWriter writer = tidewatch.ingest().openWriter("bench-forecast")) {
      for (int s = 0; s < SERIES; s++) {
        SeriesName name = series(s);
        names.add(name);
        long[] times = new long[hours];
        double[] values = new double[hours];
        for (int i = 0; i < hours; i++) {
          times[i] = end - (hours - i) * HOUR_MICROS;
          values[i] = 100 + 30 * Math.sin(2 * Math.PI * i / 24) + random.nextGaussian();
        }
        writer.append(name.value(), times, values);
      }
      writer.flush();
    }
    var grid = Grid.ofStep(Duration.ofHours(1));
    var trainer = new Trainer(tidewatch, AllFamilies.create(), clock, "bench");
    var report =
        trainer.train(
            TrainingPlan.of(MODEL, "seasonal-naive", names.subList(0, TRAINED), grid, HORIZON),
            (stage, fraction) -> {});
    new Publication(tidewatch.registry()).promote(report);
    tidewatch
        .registry()
        .createAssignment(
            Assignment.newBuilder()
                .setAssignment("bench-forecast")
                .setSelector(SeriesSelector.newBuilder().setPrefix("bench/forecast"))
                .setTask(Task.TASK_FORECAST)
                .setModel(MODEL)
                .setAlias(Publication.CHAMPION)
                .build());
    Instant giveUp = clock.instant().plusSeconds(60);
    for (SeriesName name : names) {
      while (!answers(tidewatch, name)) {
        if (clock.instant().isAfter(giveUp)) {
          throw new IllegalStateException("no forecast of " + name + " within a minute");
        }
        Thread.sleep(100);
      }
    }
  }

  private static Figures measure(Tidewatch tidewatch, int seconds, long seed, int ratePerSecond)
      throws Exception {
    var random = new SplittableRandom(seed);
    var stopped = new AtomicBoolean();
    SplittableRandom written = random.split();
    Thread writer =
        Thread.ofPlatform().start(() -> write(tidewatch, InstantSource.system(), written, stopped));
    try {
      openLoop(tidewatch, WARM_UP_SECONDS, ratePerSecond, random);
      Latencies floor = floor(tidewatch);
      long started = System.nanoTime();
      OpenLoop loop = openLoop(tidewatch, seconds, ratePerSecond, random);
      double elapsed = (System.nanoTime() - started) / 1e9;
      return new Figures()
          .put("requests", loop.answered().count())
          .put("failed", loop.failed().get())
          .put("requests_per_second", loop.answered().count() / elapsed)
          .put("ms_p50", loop.answered().millis(.5))
          .put("ms_p99", loop.answered().millis(.99))
          .put("ms_p999", loop.answered().millis(.999))
          .put("floor_ms_p50", floor.millis(.5));
    } finally {
      stopped.set(true);
      writer.join();
    }
  }

  private record OpenLoop(Latencies answered, AtomicLong failed) {}

  /** Requests come when a Poisson process says, whether or not those before were answered. */
  private static OpenLoop openLoop(
      Tidewatch tidewatch, int seconds, int ratePerSecond, SplittableRandom random)
      throws InterruptedException {
    var forecasts = ForecastServiceGrpc.newStub(tidewatch.inference().channel());
    var loop = new OpenLoop(new Latencies(LATENCIES_MAX), new AtomicLong());
    var open = new Phaser(1);
    long started = System.nanoTime();
    long end = started + seconds * 1_000_000_000L;
    double due = started;
    while (due < end) {
      long meant = (long) due;
      while (System.nanoTime() < meant) {
        LockSupport.parkNanos(meant - System.nanoTime());
      }
      open.register();
      forecasts.forecast(
          request(series(random.nextInt(SERIES))),
          new StreamObserver<ForecastResponse>() {
            @Override
            public void onNext(ForecastResponse response) {
              if (response.getForecasts(0).getMeanCount() != HORIZON
                  || response.getForecasts(0).getRecording()
                      != RecordingState.RECORDING_STATE_RECORDED) {
                loop.failed().incrementAndGet();
              } else {
                loop.answered().record(System.nanoTime() - meant);
              }
            }

            @Override
            public void onError(Throwable e) {
              loop.failed().incrementAndGet();
              open.arriveAndDeregister();
            }

            @Override
            public void onCompleted() {
              open.arriveAndDeregister();
            }
          });
      due += -Math.log(1 - random.nextDouble()) * 1e9 / ratePerSecond;
    }
    open.arriveAndAwaitAdvance();
    return loop;
  }

  private static Latencies floor(Tidewatch tidewatch) {
    var health = HealthGrpc.newBlockingStub(tidewatch.inference().channel());
    var floor = new Latencies(FLOOR_CALLS);
    for (int i = 0; i < FLOOR_CALLS; i++) {
      long before = System.nanoTime();
      health.check(HealthCheckRequest.getDefaultInstance());
      floor.record(System.nanoTime() - before);
    }
    return floor;
  }

  /** Readings of now, a few at a time, on series here and there. */
  private static void write(
      Tidewatch tidewatch, InstantSource clock, SplittableRandom random, AtomicBoolean stopped) {
    try (IngestWriter writer = tidewatch.ingest().openWriter("bench-forecast-now")) {
      while (!stopped.get()) {
        for (int i = 0; i < READINGS_PER_SECOND / 10; i++) {
          writer.append(
              series(random.nextInt(SERIES)).value(),
              new long[] {clock.millis() * 1000 + i},
              new double[] {100 + random.nextGaussian()});
        }
        writer.flush();
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ForecastRequest request(SeriesName series) {
    return ForecastRequest.newBuilder()
        .addSeries(series.value())
        .setHorizon(HORIZON)
        .addAllLevels(List.of(.9))
        .build();
  }

  private static boolean answers(Tidewatch tidewatch, SeriesName series) {
    try {
      var answer = tidewatch.inference().forecast(request(series));
      return answer.getForecasts(0).getMeanCount() == HORIZON;
    } catch (TidewatchException e) {
      return false;
    }
  }

  private static SeriesName series(int number) {
    return new SeriesName("bench/forecast/" + number);
  }
}
