package dev.tidewatch.models.all;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What the tests of all families share: two hourly series, and settings that keep fits short. */
final class EveryFamily {
  static final Grid GRID = Grid.ofStep(Duration.ofHours(1));
  static final int INTERVALS = 24 * 42;
  static final int HORIZON = 12;
  static final Provenance PROVENANCE = new Provenance("5e".repeat(32), "0.1.0", 42);
  static final ModelFamilies FAMILIES = AllFamilies.create();

  /** Monday, 2026-01-05. */
  private static final long FIRST_INDEX = 1_767_571_200L / 3_600;

  /** Families whose fit takes long, with parameters that make it short. */
  private static final Map<String, Map<String, String>> SHORT_FITS =
      Map.of(
          "auto", Map.of("budget_seconds", "0.1"),
          "boosted-trees", Map.of("trees_max", "20", "rows_max", "1000"),
          "lstm", Map.of("epochs_max", "2"));

  private EveryFamily() {}

  static Parameters parameters(String family) {
    return Parameters.of(SHORT_FITS.getOrDefault(family, Map.of()));
  }

  /** Level, slope, day, weekend and noise. */
  static GridWindow series(int seed) {
    var random = new SplittableRandom(seed);
    var values = new double[INTERVALS];
    double wander = 0;
    for (int t = 0; t < values.length; t++) {
      int hour = t % 24;
      boolean weekend = t / 24 % 7 >= 5;
      wander = 0.9 * wander + random.nextGaussian();
      values[t] = 100 + 0.01 * t + hour * (24 - hour) / (weekend ? 12.0 : 6.0) + seed + wander;
    }
    return GridWindow.of(GRID, FIRST_INDEX, values);
  }

  /** The same up to an offset, and something else from there on. */
  static GridWindow changedFrom(GridWindow window, int offset) {
    double[] values = window.values();
    for (int t = offset; t < values.length; t++) {
      values[t] = 1_000 - 3 * values[t] + (t % 5) * 40;
    }
    return GridWindow.of(window.grid(), window.firstIndex(), values);
  }

  static ForecastTraining forecastTraining(String family, GridWindow first, GridWindow second) {
    return new ForecastTraining(
        new TreeMap<>(Map.of(new SeriesName("plant/a"), first, new SeriesName("plant/b"), second)),
        HORIZON,
        List.of(0.5, 0.9),
        parameters(family),
        PROVENANCE,
        TrainingProgress.SILENT);
  }

  static DetectorTraining detectorTraining(String family, GridWindow window) {
    return new DetectorTraining(
        new TreeMap<>(Map.of(new SeriesName("plant/a"), readings(window))),
        GRID,
        parameters(family),
        PROVENANCE,
        TrainingProgress.SILENT);
  }

  static ReadingColumns readings(GridWindow window) {
    var readings = ReadingColumns.builder();
    for (int t = 0; t < window.size(); t++) {
      readings.add(window.startMicros(t), window.value(t));
    }
    return readings.build();
  }
}
