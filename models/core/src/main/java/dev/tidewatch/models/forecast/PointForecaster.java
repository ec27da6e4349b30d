package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.SplitConformal;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The point models of a bundle with conformal intervals around them. */
final class PointForecaster implements Forecaster {
  private final BundleManifest manifest;
  private final boolean pooled;
  private final TreeMap<SeriesName, Fitted> models;
  private final SplitConformal conformal;
  private final IntervalScale scale;

  /** A model and what it says of itself. */
  record Fitted(PointModel model, SortedMap<String, String> explanation) {}

  PointForecaster(
      BundleManifest manifest,
      boolean pooled,
      SortedMap<SeriesName, Fitted> models,
      SplitConformal conformal,
      IntervalScale scale) {
    this.manifest = manifest;
    this.pooled = pooled;
    this.models = new TreeMap<>(models);
    this.conformal = conformal;
    this.scale = scale;
  }

  @Override
  public BundleManifest manifest() {
    return manifest;
  }

  @Override
  public SortedMap<String, String> explanation(SeriesName series) {
    return fitted(series).explanation();
  }

  private Fitted fitted(SeriesName series) {
    if (pooled || models.size() == 1) {
      return models.firstEntry().getValue();
    }
    Fitted own = models.get(series);
    if (own == null) {
      throw new UntrainedSeriesException(manifest.family(), models.size(), series);
    }
    return own;
  }

  @Override
  public Forecast forecast(ForecastInput input, int horizon, List<Double> levels) {
    GridWindow window = input.target();
    manifest.requireGrid(window);
    manifest.requireHorizon(horizon);
    GridWindow closed = Gaps.close(window.last(manifest.historyIntervals()));
    PointModel model =
        fitted(input.series().isEmpty() ? models.firstKey() : input.series().getFirst()).model();
    if (closed.size() < model.historyIntervalsMin()) {
      throw new InsufficientHistoryException(
          "the window has %d intervals from its first value on; the model needs at least %d"
              .formatted(closed.size(), model.historyIntervalsMin()));
    }
    double[] means = model.forecast(closed.last(model.historyIntervals()), horizon);
    double unit = scale.of(closed.values());
    return Forecast.around(window.endIndex(), means, levels, conformal, unit);
  }
}
