package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.serving.AnswerRole;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.forecast.SeasonalNaiveFamily;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What answers where a model cannot: seasonal naive, fitted on the history at hand, with intervals
 * of its own past errors. Stateless and thread-safe.
 */
final class StandIn {
  /** Named in answers in place of the model. */
  static final String MODEL = "seasonal-naive-fallback";

  static final String VERSION = "1.0.0";

  /** Stands for a fingerprint of the data: what is fitted here answers once and is never stored. */
  private static final String UNSTORED = "0".repeat(64);

  /** Two weeks of hours, and as much as is of use on any other grid. */
  private static final int HISTORY_INTERVALS_MAX = 4_096;

  private static final SeasonalNaiveFamily FAMILY = new SeasonalNaiveFamily();

  private StandIn() {}

  /** How much history it wants to see: two weeks, if the grid divides a day. */
  static int historyIntervals(Grid grid, int horizon) {
    int twoWeeks = 14 * Math.max(1, grid.stepsPerDay());
    return Math.clamp(twoWeeks + (long) horizon, 64, HISTORY_INTERVALS_MAX);
  }

  static AnsweredBy answeredBy(String alias, String assignment) {
    return new AnsweredBy(
        MODEL, VERSION, alias, AnswerRole.CHAMPION, SeasonalNaiveFamily.ID, "", assignment, 0);
  }

  /**
   * @throws dev.tidewatch.models.training.InsufficientHistoryException if there are too few values
   *     even for it
   */
  static Forecast forecast(String series, GridWindow window, int horizon, List<Double> levels) {
    int steps = Math.min(horizon, BundleManifest.HORIZON_MAX);
    var training =
        new ForecastTraining(
            new TreeMap<>(Map.of(new SeriesName(series), window)),
            steps,
            levels.stream().sorted().distinct().toList(),
            Parameters.NONE,
            new Provenance(UNSTORED, VERSION, 0),
            TrainingProgress.SILENT);
    Bundle bundle = FAMILY.fit(training);
    Forecaster forecaster = FAMILY.load(bundle);
    GridWindow history = window.last(Math.max(1, bundle.manifest().historyIntervals()));
    return forecaster.forecast(ForecastInput.of(history), steps, levels);
  }
}
