package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a forecaster is fitted on.
 *
 * @param series history of each series, gaps unfilled, all on the same grid
 * @param covariates of each series that has some, by role: the same intervals as its history. Only
 *     families that say so read them
 * @param horizon furthest step wanted, 1 to 10,000
 * @param levels nominal coverages wanted, ascending, each between 0 and 1
 * @param parameters settings of the family; unknown ones are refused
 * @param provenance recorded in the bundle
 * @param progress told how far it is
 */
public record ForecastTraining(
    SortedMap<SeriesName, GridWindow> series,
    SortedMap<SeriesName, SortedMap<String, Covariate>> covariates,
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
    var copies = new TreeMap<SeriesName, SortedMap<String, Covariate>>();
    for (Map.Entry<SeriesName, SortedMap<String, Covariate>> own : covariates.entrySet()) {
      GridWindow target = series.get(own.getKey());
      for (Map.Entry<String, Covariate> covariate : own.getValue().entrySet()) {
        GridWindow window = covariate.getValue().window();
        if (target == null
            || window.firstIndex() != target.firstIndex()
            || window.size() != target.size()
            || !window.grid().equals(target.grid())) {
          throw new IllegalArgumentException(
              "covariate %s of %s must have the intervals of its history"
                  .formatted(covariate.getKey(), own.getKey()));
        }
      }
      copies.put(own.getKey(), Collections.unmodifiableSortedMap(new TreeMap<>(own.getValue())));
    }
    covariates = Collections.unmodifiableSortedMap(copies);
  }

  /** Without covariates. */
  public ForecastTraining(
      SortedMap<SeriesName, GridWindow> series,
      int horizon,
      List<Double> levels,
      Parameters parameters,
      Provenance provenance,
      TrainingProgress progress) {
    this(series, new TreeMap<>(), horizon, levels, parameters, provenance, progress);
  }

  /** The same with covariates in place of those it has. */
  public ForecastTraining withCovariates(
      SortedMap<SeriesName, SortedMap<String, Covariate>> other) {
    return new ForecastTraining(series, other, horizon, levels, parameters, provenance, progress);
  }

  public Grid grid() {
    return series.firstEntry().getValue().grid();
  }

  /**
   * The same over parts of the histories: a fold of a back-test. Covariates are cut as their series
   * are.
   */
  public ForecastTraining over(SortedMap<SeriesName, GridWindow> other, TrainingProgress told) {
    var cut = new TreeMap<SeriesName, SortedMap<String, Covariate>>();
    other.forEach((name, part) -> {
      SortedMap<String, Covariate> own = covariates.get(name);
      if (own != null) {
        var parts = new TreeMap<String, Covariate>();
        own.forEach((role, covariate) ->
            parts.put(
                role,
                new Covariate(
                    covariate.series(),
                    part(covariate.window(), part.firstIndex(), part.endIndex()))));
        cut.put(name, parts);
      }
    });
    return new ForecastTraining(other, cut, horizon, levels, parameters, provenance, told);
  }

  /**
   * What a forecaster sees at the end of a part of a series' history.
   *
   * @param history intervals of the series that are known
   * @param roles of the model, whose covariates this training has
   * @throws IllegalArgumentException if there is no covariate for a role
   */
  public ForecastInput input(SeriesName name, GridWindow history, List<Role> roles) {
    var windows = new ArrayList<GridWindow>();
    var names = new ArrayList<SeriesName>();
    for (Role role : roles) {
      if (role.kind() == Role.Kind.TARGET) {
        windows.add(history);
        names.add(name);
        continue;
      }
      SortedMap<String, Covariate> own = covariates.get(name);
      Covariate covariate = own == null ? null : own.get(role.name());
      if (covariate == null) {
        throw new IllegalArgumentException(
            "series %s has no covariate for the role %s".formatted(name, role.name()));
      }
      windows.add(part(covariate.window(), history.firstIndex(), history.endIndex()));
      names.add(covariate.series());
    }
    return new ForecastInput(windows, names);
  }

  private static GridWindow part(GridWindow window, long first, long end) {
    return window.slice(
        Math.toIntExact(first - window.firstIndex()), Math.toIntExact(end - window.firstIndex()));
  }

  /** The same with other settings of the family. */
  public ForecastTraining with(Parameters other) {
    return new ForecastTraining(series, covariates, horizon, levels, other, provenance, progress);
  }
}
