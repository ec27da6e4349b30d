package dev.tidewatch.benchmarks;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import dev.tidewatch.standalone.figures.Samples;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One part of {@link LstmBench} in a process of its own; prints one line of figures.
 *
 * <p>{@code train SEED small|whole FOLDER}: trains, and writes a bundle for each engine. {@code
 * load FILE COUNT}: loads a bundle so often, from the file to its first answer.
 */
final class LstmProcess {
  static final String TRAIN = "train";
  static final String LOAD = "load";

  /** What serves a network. */
  static final List<String> ENGINES = List.of("tensorflow", "onnx");

  private static final String FAMILY = "lstm";
  private static final Grid GRID = Grid.ofStep(Duration.ofHours(1));
  private static final int HORIZON = 24;
  private static final List<Double> LEVELS = List.of(0.5, 0.8, 0.9, 0.95);
  private static final int WINDOWS = 2_000;

  /** So many that the part which is trained on has all the windows. */
  private static final int DAYS = 180;

  private LstmProcess() {}

  static Path file(Path folder, String engine) {
    return folder.resolve(engine + ".bundle");
  }

  public static void main(String[] arguments) throws IOException {
    Figures figures =
        switch (arguments[0]) {
          case TRAIN ->
              train(
                  Long.parseLong(arguments[1]),
                  arguments[2].equals("small"),
                  Path.of(arguments[3]));
          case LOAD -> load(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
          default -> throw new IllegalArgumentException("part: " + arguments[0]);
        };
    System.out.println(figures.toJsonLine(FAMILY, MachineDescription.here()));
  }

  private static double cpuSeconds() {
    return ProcessCpu.seconds(ProcessHandle.current().pid());
  }

  /** A day's shape whose swing follows the week, with noise that is larger by day. */
  private static double[] hours(int days, long seed) {
    var random = new SplittableRandom(seed);
    var values = new double[24 * days];
    for (int hour = 0; hour < values.length; hour++) {
      double day = Math.sin(2 * Math.PI * hour / 24);
      double swing = 4 + 2 * Math.sin(2 * Math.PI * hour / 168);
      values[hour] = 50 + swing * day + (0.2 + 0.3 * Math.max(0, day)) * random.nextGaussian();
    }
    return values;
  }

  private static Figures train(long seed, boolean small, Path folder) throws IOException {
    double[] values = hours(small ? 60 : DAYS, seed);
    Map<String, String> whole = Map.of("windows_max", Integer.toString(WINDOWS));
    Map<String, String> brief = Map.of("windows_max", "200", "epochs_max", "1");
    double cpuBefore = cpuSeconds();
    long started = System.nanoTime();
    Bundle bundle = fit(values, seed, small ? brief : whole);
    double seconds = (System.nanoTime() - started) / 1e9;
    double cpu = cpuSeconds() - cpuBefore;
    Parameters found = bundle.manifest().parameters();
    int epochs = count(found, "epochs");
    if (!small && epochs == count(found, "epochs_max")) {
      throw new IllegalStateException("training did not stop by itself in its epochs: " + epochs);
    }
    bundle.write(file(folder, "tensorflow"));
    // What a network has learnt is nothing to how long it loads.
    var other = new TreeMap<>(brief);
    other.put("engine", "onnx");
    fit(values, seed, other).write(file(folder, "onnx"));
    return new Figures()
        .put("windows", count(found, "windows_max"))
        .put("epochs", epochs)
        .put("training_seconds", seconds)
        .put("training_cpu_seconds", cpu)
        .put("bundle_bytes", bundle.toBytes().length);
  }

  private static Bundle fit(double[] values, long seed, Map<String, String> parameters) {
    return AllFamilies.create()
        .forecastFamily(FAMILY)
        .orElseThrow()
        .fit(
            new ForecastTraining(
                new TreeMap<>(Map.of(new SeriesName("bench/load"), GridWindow.of(GRID, 0, values))),
                HORIZON,
                LEVELS,
                Parameters.of(parameters),
                new Provenance("0".repeat(64), "bench", seed),
                TrainingProgress.SILENT));
  }

  private static int count(Parameters parameters, String name) {
    return parameters.integer(name, 0, 0, Integer.MAX_VALUE);
  }

  private static Figures load(Path file, int count) throws IOException {
    ModelFamilies families = AllFamilies.create();
    double[] values = hours(30, 1);
    var read = new Samples();
    var open = new Samples();
    var answer = new Samples();
    var whole = new Samples();
    double cpuBefore = cpuSeconds();
    double first = 0;
    double firstCpu = 0;
    for (int i = 0; i <= count; i++) {
      long started = System.nanoTime();
      Bundle bundle = Bundle.read(file, BundleLimits.DEFAULT);
      long verified = System.nanoTime();
      Forecaster forecaster = families.loadForecaster(bundle);
      long opened = System.nanoTime();
      GridWindow seen =
          GridWindow.of(GRID, 0, values).last(forecaster.manifest().historyIntervals());
      Forecast forecast = forecaster.forecast(ForecastInput.of(seen), HORIZON, LEVELS);
      long answered = System.nanoTime();
      if (!Double.isFinite(forecast.mean(HORIZON - 1))) {
        throw new IllegalStateException("no forecast");
      }
      forecaster.close();
      if (i == 0) {
        first = (answered - started) / 1e9;
        firstCpu = cpuSeconds() - cpuBefore;
      } else {
        read.add((verified - started) / 1e9);
        open.add((opened - verified) / 1e9);
        answer.add((answered - opened) / 1e9);
        whole.add((answered - started) / 1e9);
      }
    }
    return new Figures()
        .put("first_load_seconds", first)
        .put("first_load_cpu_seconds", firstCpu)
        .put("load_seconds", whole.median())
        .put("load_seconds_max", whole.max())
        .put("load_cpu_seconds", (cpuSeconds() - cpuBefore - firstCpu) / count)
        .put("read_seconds", read.median())
        .put("open_seconds", open.median())
        .put("answer_seconds", answer.median());
  }
}
