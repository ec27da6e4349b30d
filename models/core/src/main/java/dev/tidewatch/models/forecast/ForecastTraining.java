package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a forecaster is fitted on.
 *
 * @param series history of each series, gaps unfilled, all on the same grid
 * @param horizon furthest step wanted, 1 to 10,000
 * @param levels nominal coverages wanted, ascending, each between 0 and 1
 * @param parameters settings of the family; unknown ones are refused
 * @param provenance recorded in the bundle
 * @param progress told how far it is
 */
public record ForecastTraining(
    SortedMap<SeriesName, GridWindow> series,
    int horizon,
    List<Double> levels,
    Parameters parameters,
    Provenance provenance,
    TrainingProgress progress) {
  public ForecastTraining {
    series = Collections.unmodifiableSortedMap(new TreeMap<>(series));
    levels = List.copyOf(levels);
    if (series.isEmpty()) {
      throw new IllegalArgumentException("training needs at least one series");
    }
    if (horizon < 1 || horizon > BundleManifest.HORIZON_MAX) {
      throw new IllegalArgumentException(
          "horizon is %d; it must be 1 to %d steps".formatted(horizon, BundleManifest.HORIZON_MAX));
    }
    if (series.values().stream().map(GridWindow::grid).distinct().count() > 1) {
      throw new IllegalArgumentException("training series are on different grids");
    }
  }

  public Grid grid() {
    return series.firstEntry().getValue().grid();
  }

  /** The same over other histories: a fold of a back-test. */
  public ForecastTraining over(SortedMap<SeriesName, GridWindow> other, TrainingProgress told) {
    return new ForecastTraining(other, horizon, levels, parameters, provenance, told);
  }

  /** The same with other settings of the family. */
  public ForecastTraining with(Parameters other) {
    return new ForecastTraining(series, horizon, levels, other, provenance, progress);
  }
}
