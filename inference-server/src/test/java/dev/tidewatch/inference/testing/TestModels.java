package dev.tidewatch.inference.testing;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.multivariate.MultivariateTraining;
import dev.tidewatch.models.forecast.Covariate;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Bundles of real families, fitted on a daily wave. */
public final class TestModels {
  public static final Grid HOURLY = Grid.ofStep(Duration.ofHours(1));
  public static final int HORIZON = 24;
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final SeriesName TRAINED_ON = new SeriesName("trained/on");

  private TestModels() {}

  /**
   * Hourly readings of a wave with a period of a day; a little noise that depends on the hour
   * alone.
   */
  public static ReadingColumns wave(Instant from, int hours) {
    var columns = ReadingColumns.builder(hours);
    for (int i = 0; i < hours; i++) {
      long micros = Times.toMicros(from) + i * Times.MICROS_PER_HOUR;
      columns.add(micros, waveAt(micros));
    }
    return columns.build();
  }

  public static double waveAt(long micros) {
    long hour = Math.floorDiv(micros, Times.MICROS_PER_HOUR);
    double noise = Math.floorMod(hour * 2654435761L, 1000) / 1000.0 - 0.5;
    return 20 + 5 * Math.sin(2 * Math.PI * hour / 24.0) + 0.4 * noise;
  }

  /**
   * @param seed makes versions differ in their bytes
   */
  public static byte[] seasonalNaive(long seed) {
    return seasonalNaive(seed, "24");
  }

  /**
   * @param seasons in hours, with commas
   */
  public static byte[] seasonalNaive(long seed, String seasons) {
    GridWindow window = GridWindow.resample(HOURLY, wave(START, 24 * 30));
    var training =
        new ForecastTraining(
            new TreeMap<>(Map.of(TRAINED_ON, window)),
            HORIZON,
            List.of(0.8, 0.9),
            Parameters.of(Map.of("seasons", seasons)),
            new Provenance("0".repeat(64), "test", seed),
            TrainingProgress.SILENT);
    return ModelFamilies.core()
        .forecastFamily("seasonal-naive")
        .orElseThrow()
        .fit(training)
        .toBytes();
  }

  /**
   * @param engine {@code tensorflow} or {@code onnx}: what serves it
   */
  public static byte[] lstm(long seed, String engine) {
    GridWindow window = GridWindow.resample(HOURLY, wave(START, 24 * 30));
    var training =
        new ForecastTraining(
            new TreeMap<>(Map.of(TRAINED_ON, window)),
            HORIZON,
            List.of(0.8, 0.9),
            Parameters.of(
                Map.of(
                    "window", "24",
                    "linear_window", "48",
                    "units", "8",
                    "epochs_max", "2",
                    "engine", engine)),
            new Provenance("0".repeat(64), "test", seed),
            TrainingProgress.SILENT);
    return AllFamilies.create().forecastFamily("lstm").orElseThrow().fit(training).toBytes();
  }

  /** The textbooks' z-score over everything before. */
  public static byte[] zScore(long seed) {
    var training =
        new DetectorTraining(
            new TreeMap<>(Map.of(TRAINED_ON, wave(START, 24 * 30))),
            HOURLY,
            Parameters.of(Map.of("method", "standard")),
            new Provenance("0".repeat(64), "test", seed),
            TrainingProgress.SILENT);
    return ModelFamilies.core().detectorFamily("zscore").orElseThrow().fit(training).toBytes();
  }

  /**
   * Hours of a valve that opens and closes without a pattern.
   *
   * @param sign -1: the other way round
   */
  public static ReadingColumns valve(int hours, int sign) {
    var columns = ReadingColumns.builder(hours);
    for (int i = 0; i < hours; i++) {
      columns.add(Times.toMicros(START) + i * Times.MICROS_PER_HOUR, sign * valveAt(i));
    }
    return columns.build();
  }

  /** A plant that does what the valve did the hour before. */
  public static ReadingColumns plant(int hours, int sign) {
    var columns = ReadingColumns.builder(hours);
    for (int i = 0; i < hours; i++) {
      columns.add(Times.toMicros(START) + i * Times.MICROS_PER_HOUR, plantAfter(i, sign));
    }
    return columns.build();
  }

  public static double plantAfter(int hour, int sign) {
    return 50 + 10 * sign * valveAt(hour - 1);
  }

  private static double valveAt(int hour) {
    return new SplittableRandom(hour).nextDouble(-1, 1);
  }

  /** Boosted trees of the plant, one step ahead, that also read role {@code valve}. */
  public static byte[] treesWithValve() {
    int hours = 24 * 30;
    GridWindow valve = GridWindow.resample(HOURLY, valve(hours, 1));
    var training =
        new ForecastTraining(
                new TreeMap<>(Map.of(TRAINED_ON, GridWindow.resample(HOURLY, plant(hours, 1)))),
                1,
                List.of(0.8, 0.9),
                Parameters.of(Map.of("seasons", "24")),
                new Provenance("0".repeat(64), "test", 1),
                TrainingProgress.SILENT)
            .withCovariates(
                new TreeMap<>(
                    Map.of(
                        TRAINED_ON,
                        new TreeMap<>(
                            Map.of(
                                "valve", new Covariate(new SeriesName("plant/valve"), valve))))));
    return AllFamilies.create()
        .forecastFamily("boosted-trees")
        .orElseThrow()
        .fit(training)
        .toBytes();
  }

  /** Of a pump that runs evenly: what one of its sensors says in an hour. */
  public static double sensorAt(int sensor, long hour) {
    double noise = new SplittableRandom(31 * hour + sensor).nextGaussian();
    return 10 * (sensor + 1) + (sensor + 1) * noise;
  }

  /**
   * A detector of three sensors, roles {@code target}, {@code pressure} and {@code flow}, trained
   * on 30 days from {@link #START}.
   *
   * @param seed makes versions differ in their bytes
   */
  public static byte[] pump(long seed) {
    var inputs = new ArrayList<MultivariateTraining.Input>();
    List<String> roles = List.of("target", "pressure", "flow");
    long first = HOURLY.indexAt(Times.toMicros(START));
    for (int sensor = 0; sensor < roles.size(); sensor++) {
      var values = new double[24 * 30];
      for (int hour = 0; hour < values.length; hour++) {
        values[hour] = sensorAt(sensor, hour);
      }
      inputs.add(
          new MultivariateTraining.Input(
              new Role(roles.get(sensor), sensor == 0 ? Role.Kind.TARGET : Role.Kind.COVARIATE),
              new SeriesName("pump/" + sensor),
              GridWindow.of(HOURLY, first, values)));
    }
    return ModelFamilies.core()
        .multivariateFamily("multivariate-level")
        .orElseThrow()
        .fit(
            new MultivariateTraining(
                inputs,
                Parameters.of(Map.of("window", "6")),
                new Provenance("0".repeat(64), "test", seed),
                TrainingProgress.SILENT))
        .toBytes();
  }
}
