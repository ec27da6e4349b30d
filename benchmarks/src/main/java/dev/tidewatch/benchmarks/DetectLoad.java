package dev.tidewatch.benchmarks;

import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.proto.inference.v1.GetServingStatusResponse;
import dev.tidewatch.proto.inference.v1.ShardStatus;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.Addresses;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The client of the detect bench, in a process of its own. Arguments: addresses as JSON, {@code
 * prepare}, {@code measure} or {@code restored}, series, readings per second, seconds, seed.
 */
final class DetectLoad {
  private static final String PREFIX = "bench/detect";
  private static final String MODEL = "bench-detect";
  private static final int READINGS_OF_EACH = 5;
  private static final int PARTS_PER_TURN = 10;
  private static final long SECOND_MICROS = 1_000_000;
  private static final long TRAINING_READINGS = 4_000;
  private static final long PATIENCE_NANOS = 300_000_000_000L;

  private DetectLoad() {}

  public static void main(String[] args) throws Exception {
    Addresses addresses = Addresses.fromJsonLine(args[0]);
    int series = Integer.parseInt(args[2]);
    int rate = Integer.parseInt(args[3]);
    int seconds = Integer.parseInt(args[4]);
    long seed = Long.parseLong(args[5]);
    try (var tidewatch = Tidewatch.connect(addresses.connection())) {
      Figures figures =
          switch (args[1]) {
            case "prepare" -> prepare(tidewatch, InstantSource.system(), series, seed);
            case "measure" -> measure(tidewatch, InstantSource.system(), series, rate, seconds);
            case "restored" -> restored(tidewatch, series);
            default -> throw new IllegalArgumentException(args[1]);
          };
      System.out.println(figures.toJsonLine("detect-load", MachineDescription.here()));
    }
  }

  /** Trains the default detector on one series and assigns it to all, which are there then. */
  private static Figures prepare(Tidewatch tidewatch, InstantSource clock, int series, long seed)
      throws Exception {
    long before = clock.millis() * 1000 - 2 * TRAINING_READINGS * SECOND_MICROS;
    var random = new SplittableRandom(seed);
    try (IngestWriter writer = tidewatch.ingest().openWriter("bench-detect")) {
      int readings = (int) TRAINING_READINGS;
      long[] times = new long[readings];
      double[] values = new double[readings];
      for (int i = 0; i < readings; i++) {
        times[i] = before + i * SECOND_MICROS;
        values[i] = value(random, 0, i);
      }
      writer.append("bench/train", times, values);
      for (int s = 0; s < series; s++) {
        writer.append(name(s), new long[] {before}, new double[] {value(random, s, 0)});
      }
      writer.flush();
    }
    var trainer = new Trainer(tidewatch, AllFamilies.create(), clock, "bench");
    var report =
        trainer.train(
            TrainingPlan.of(
                MODEL,
                "online",
                List.of(new SeriesName("bench/train")),
                Grid.ofStep(Duration.ofSeconds(1)),
                1),
            (stage, fraction) -> {});
    new Publication(tidewatch.registry()).promote(report);
    tidewatch
        .registry()
        .createAssignment(
            Assignment.newBuilder()
                .setAssignment("bench-detect")
                .setSelector(SeriesSelector.newBuilder().setPrefix(PREFIX))
                .setTask(Task.TASK_DETECT)
                .setModel(MODEL)
                .setAlias(Publication.CHAMPION)
                .build());
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    // One reading more of each, until detectors run on all: they begin then, not while measured.
    for (int turn = 1; states(tidewatch) < series; turn++) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("detectors run on %d series".formatted(states(tidewatch)));
      }
      try (IngestWriter writer = tidewatch.ingest().openWriter("bench-detect")) {
        for (int s = 0; s < series; s++) {
          writer.append(
              name(s),
              new long[] {before + turn * SECOND_MICROS},
              new double[] {value(random, s, turn)});
        }
        writer.flush();
      }
      awaitScored(tidewatch, deadline);
      Thread.sleep(1_000);
    }
    return new Figures().put("series", series);
  }

  private static Figures measure(
      Tidewatch tidewatch, InstantSource clock, int series, int rate, int seconds)
      throws Exception {
    var random = new SplittableRandom(clock.millis());
    long begin = clock.millis() * 1000 - TRAINING_READINGS * SECOND_MICROS / 2;
    double turnsPerSecond = (double) rate / series / READINGS_OF_EACH;
    long[] sent = new long[1];
    long started = System.nanoTime();
    long written;
    try (IngestWriter writer = tidewatch.ingest().openWriter("bench-detect")) {
      Pacer.run(
          turnsPerSecond * PARTS_PER_TURN,
          seconds,
          (index, _) -> {
            long turn = index / PARTS_PER_TURN;
            int part = (int) (index % PARTS_PER_TURN);
            int from = series * part / PARTS_PER_TURN;
            int to = series * (part + 1) / PARTS_PER_TURN;
            for (int s = from; s < to; s++) {
              long[] times = new long[READINGS_OF_EACH];
              double[] values = new double[READINGS_OF_EACH];
              for (int i = 0; i < READINGS_OF_EACH; i++) {
                long reading = turn * READINGS_OF_EACH + i;
                times[i] = begin + reading * SECOND_MICROS / 10;
                values[i] = value(random, s, reading);
              }
              writer.append(name(s), times, values);
              sent[0] += READINGS_OF_EACH;
            }
          });
      writer.flush();
      written = System.nanoTime();
    }
    awaitScored(tidewatch, System.nanoTime() + PATIENCE_NANOS);
    long scored = System.nanoTime();
    return new Figures()
        .put("readings", sent[0])
        .put("offered_per_second", sent[0] / ((written - started) / 1e9))
        .put("readings_per_second", sent[0] / ((scored - started) / 1e9))
        .put("behind_seconds", (scored - written) / 1e9);
  }

  private static Figures restored(Tidewatch tidewatch, int series) throws InterruptedException {
    long started = System.nanoTime();
    long deadline = started + PATIENCE_NANOS;
    while (states(tidewatch) < series) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(states(tidewatch) + " states are back");
      }
      Thread.sleep(20);
    }
    awaitScored(tidewatch, deadline);
    return new Figures()
        .put("restore_seconds", (System.nanoTime() - started) / 1e9)
        .put("states", states(tidewatch));
  }

  /** Until everything that is stored now has been seen by the detectors. */
  static void awaitScored(Tidewatch tidewatch, long deadlineNanos) throws InterruptedException {
    long stored =
        tidewatch
            .ingest()
            .latest(SeriesSelection.newBuilder().addNames("bench/train").build())
            .getFeedPosition()
            .getPosition();
    while (tidewatch.inference().servingStatus().getFeedHead().getPosition() < stored) {
      if (System.nanoTime() > deadlineNanos) {
        throw new IllegalStateException("the detectors do not get on");
      }
      Thread.sleep(20);
    }
  }

  private static int states(Tidewatch tidewatch) {
    GetServingStatusResponse status = tidewatch.inference().servingStatus();
    return status.getShardsList().stream().mapToInt(ShardStatus::getDetectorStates).sum();
  }

  private static double value(SplittableRandom random, int series, long reading) {
    return 20 + 5 * Math.sin(reading / 200.0 + series) + random.nextGaussian() / 2;
  }

  private static String name(int series) {
    return PREFIX + "/%05d".formatted(series);
  }
}
