package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.SplitConformal;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Trees of a bundle with conformal intervals around their answers. */
final class BoostedTreesForecaster implements Forecaster {
  private final BundleManifest manifest;
  private final TreeModel model;
  private final SplitConformal conformal;
  private final SortedMap<String, String> explanation;

  BoostedTreesForecaster(
      BundleManifest manifest,
      TreeModel model,
      SplitConformal conformal,
      SortedMap<String, String> explanation) {
    this.manifest = manifest;
    this.model = model;
    this.conformal = conformal;
    this.explanation = Collections.unmodifiableSortedMap(explanation);
  }

  @Override
  public BundleManifest manifest() {
    return manifest;
  }

  @Override
  public SortedMap<String, String> explanation(SeriesName series) {
    return explanation;
  }

  @Override
  public SortedMap<String, Double> gain() {
    double[] shares = model.importance();
    var gain = new TreeMap<String, Double>();
    for (int i = 0; i < shares.length; i++) {
      gain.put(model.recipe().features().get(i).toString(), shares[i]);
    }
    return gain;
  }

  @Override
  public Forecast forecast(ForecastInput input, int horizon, List<Double> levels) {
    GridWindow target = input.target();
    manifest.requireGrid(target);
    if (input.windows().size() != manifest.roles().size()) {
      throw new IllegalArgumentException(
          "%d windows for the %d roles of the model"
              .formatted(input.windows().size(), manifest.roles().size()));
    }
    manifest.requireHorizon(horizon);
    int seen = manifest.historyIntervals();
    var covariates = new TreeMap<String, GridWindow>();
    for (int role = 1; role < input.windows().size(); role++) {
      covariates.put(manifest.roles().get(role).name(), input.windows().get(role).last(seen));
    }
    SeriesRows series = SeriesRows.of(target.last(seen), covariates);
    if (series.size() < manifest.historyIntervalsMin()) {
      throw new InsufficientHistoryException(
          "the window has %d intervals from its first value on; the model needs at least %d"
              .formatted(series.size(), manifest.historyIntervalsMin()));
    }
    int origin = series.size() - 1;
    double[] mean = model.forecast(series, origin, horizon);
    double unit = series.unit(model.frame(), origin + 1);
    return Forecast.around(target.endIndex(), mean, levels, conformal, unit);
  }
}
