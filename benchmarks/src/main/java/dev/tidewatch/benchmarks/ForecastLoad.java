package dev.tidewatch.benchmarks;

import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The client of the forecast bench, in a process of its own. Arguments: addresses as JSON, {@code
 * prepare} or {@code measure}, seconds, seed. {@code measure} prints its figures as one line of
 * JSON: a closed loop of one caller asking for 24 steps of one of 50 series each time, and beside
 * it a health check on the same connection as the floor of a call.
 */
final class ForecastLoad {
  private static final int SERIES = 50;
  private static final int DAYS = 28;
  private static final int HORIZON = 24;
  private static final int LATENCIES_MAX = 10_000_000;
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
            measure(tidewatch, seconds, seed)
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
            TrainingPlan.of(MODEL, "seasonal-naive", names, grid, HORIZON),
            (stage, fraction) -> {});
    var publication = new Publication(tidewatch.registry());
    publication.promote(report);
    names.forEach(name -> publication.assign(MODEL, Task.TASK_FORECAST, name, 0));
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

  private static Figures measure(Tidewatch tidewatch, int seconds, long seed) {
    var random = new SplittableRandom(seed);
    var health = HealthGrpc.newBlockingStub(tidewatch.inference().channel());
    var forecasts = new Latencies(LATENCIES_MAX);
    var floor = new Latencies(LATENCIES_MAX);
    long started = System.nanoTime();
    long deadline = started + seconds * 1_000_000_000L;
    long failed = 0;
    long spentForecasting = 0;
    while (System.nanoTime() < deadline) {
      long before = System.nanoTime();
      if (!answers(tidewatch, series(random.nextInt(SERIES)))) {
        failed++;
        continue;
      }
      long answered = System.nanoTime();
      health.check(HealthCheckRequest.getDefaultInstance());
      floor.record(System.nanoTime() - answered);
      forecasts.record(answered - before);
      spentForecasting += answered - before;
    }
    return new Figures()
        .put("requests", forecasts.count())
        .put("failed", failed)
        .put("requests_per_second", forecasts.count() / (spentForecasting / 1e9))
        .put("ms_p50", forecasts.millis(.5))
        .put("ms_p99", forecasts.millis(.99))
        .put("floor_ms_p50", floor.millis(.5));
  }

  private static boolean answers(Tidewatch tidewatch, SeriesName series) {
    var request =
        ForecastRequest.newBuilder()
            .addSeries(series.value())
            .setHorizon(HORIZON)
            .addAllLevels(List.of(.9))
            .build();
    try {
      var answer = tidewatch.inference().forecast(request);
      return answer.getForecasts(0).getMeanCount() == HORIZON;
    } catch (TidewatchException e) {
      return false;
    }
  }

  private static SeriesName series(int number) {
    return new SeriesName("bench/forecast/" + number);
  }
}
