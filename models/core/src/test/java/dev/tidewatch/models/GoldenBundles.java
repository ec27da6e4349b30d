package dev.tidewatch.models;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.forecast.Backtest;
import dev.tidewatch.models.forecast.BacktestPlan;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Makes the bundles under {@code src/test/resources/golden}: one of each family, as a release wrote
 * them. Run once for a release ({@code main} with the folder); files that exist are never written
 * again, and every later release must load them.
 */
final class GoldenBundles {
  static final SeriesName SERIES = new SeriesName("golden/series");
  static final Grid GRID = Grid.ofStep(Duration.ofHours(1));
  static final int DAYS = 28;
  static final long START_MICROS = 1_767_571_200L * Times.MICROS_PER_SECOND;

  /** Parameters of the bundles of detection families that have more than one. */
  static final Map<String, List<Map<String, String>>> METHODS =
      Map.of(
          "zscore",
          List.of(Map.of("method", "seasonal"), Map.of("method", "standard")),
          "moving-average",
          List.of(Map.of("method", "seasonal"), Map.of("method", "standard")),
          "isolation-forest",
          List.of(Map.of("trees", "5", "sample", "32")),
          "random-cut-forest",
          List.of(Map.of("trees", "5", "sample", "32", "shingle", "4")),
          "forecast-interval",
          List.of(Map.of("horizon", "2")),
          "detector-ensemble",
          List.of(Map.of("members", "iqr,zscore")));

  /** Parameters of forecast families that keep their bundle small. */
  static final Map<String, Map<String, String>> FORECAST_PARAMETERS =
      Map.of(
          "ridge", Map.of("scale", "raw", "seasons", "24"),
          "auto", Map.of("seasons", "24", "budget_seconds", "0.02"));

  private GoldenBundles() {}

  /** Hourly readings with a daily shape: the same for ever. */
  static ReadingColumns readings() {
    var random = new SplittableRandom(2026);
    var out = ReadingColumns.builder();
    for (int hour = 0; hour < 24 * DAYS; hour++) {
      double shape = (hour % 24) * (24 - hour % 24) / 10.0;
      double noise = random.nextInt(-100, 101) / 100.0;
      out.add(START_MICROS + hour * Times.MICROS_PER_HOUR, 20 + shape + noise);
    }
    return out.build();
  }

  static GridWindow window() {
    return GridWindow.resample(GRID, readings());
  }

  static SortedMap<String, Bundle> make() {
    var families = ModelFamilies.core();
    var provenance = new Provenance("5e".repeat(32), "0.1.0", 42);
    var bundles = new TreeMap<String, Bundle>();
    for (String id : families.forecastIds()) {
      var training =
          new ForecastTraining(
              new TreeMap<>(Map.of(SERIES, window())),
              24,
              List.of(0.5, 0.9),
              Parameters.of(FORECAST_PARAMETERS.getOrDefault(id, Map.of())),
              provenance,
              TrainingProgress.SILENT);
      bundles.put(
          id,
          Backtest.fitWithMetrics(
              families.forecastFamily(id).orElseThrow(),
              training,
              BacktestPlan.standard(window().size(), 24)));
    }
    for (String id : families.detectionIds()) {
      for (Map<String, String> parameters : METHODS.getOrDefault(id, List.of(Map.of()))) {
        var training =
            new DetectorTraining(
                new TreeMap<>(Map.of(SERIES, readings())),
                GRID,
                Parameters.of(parameters),
                provenance,
                TrainingProgress.SILENT);
        String method = parameters.containsKey("method") ? "-" + parameters.get("method") : "";
        bundles.put(id + method, families.detectorFamily(id).orElseThrow().fit(training));
      }
    }
    return bundles;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    for (Map.Entry<String, Bundle> made : make().entrySet()) {
      Path file = folder.resolve(made.getKey() + ".zip");
      if (!Files.exists(file)) {
        made.getValue().write(file);
      }
    }
  }
}
