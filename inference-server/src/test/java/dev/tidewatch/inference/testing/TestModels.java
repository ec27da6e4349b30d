package dev.tidewatch.inference.testing;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.DetectorTraining;
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
import java.util.List;
import java.util.Map;
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
}
