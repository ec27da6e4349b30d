package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SplitConformal;
import java.util.List;

/**
 * Seasonal naive with split-conformal intervals; with the single season 1 it is the naive forecast.
 */
final class SeasonalNaiveForecaster implements Forecaster {
  private final BundleManifest manifest;
  private final SplitConformal conformal;
  private final IntervalScale scale;
  private final int[] seasons;

  SeasonalNaiveForecaster(
      BundleManifest manifest, SplitConformal conformal, IntervalScale scale, int[] seasons) {
    this.manifest = manifest;
    this.conformal = conformal;
    this.scale = scale;
    this.seasons = seasons;
  }

  @Override
  public BundleManifest manifest() {
    return manifest;
  }

  @Override
  public Forecast forecast(ForecastInput input, int horizon, List<Double> levels) {
    GridWindow window = input.target();
    manifest.requireGrid(window);
    manifest.requireHorizon(horizon);
    if (window.size() < manifest.historyIntervalsMin()) {
      throw new InsufficientHistoryException(
          "the window has %d intervals; the model needs at least %d"
              .formatted(window.size(), manifest.historyIntervalsMin()));
    }
    double[] history = window.last(manifest.historyIntervals()).filled().values();
    double[] means = SeasonalMeans.forecast(history, seasons, horizon);
    if (Double.isNaN(means[0])) {
      throw new InsufficientHistoryException(
          "all %d intervals of the window are missing".formatted(history.length));
    }
    double unit = scale.of(history);
    return Forecast.around(window.endIndex(), means, levels, conformal, unit);
  }

  /**
   * The unit that conformal residuals are measured in. Relative: the window's own mean seasonal
   * change, so that one model serves series of any size and widths follow the recent size of
   * changes (normalised conformal prediction, Papadopoulos et al. 2008). Absolute: 1.
   *
   * @param relative which of the two
   * @param season in steps, of the change
   * @param fallback relative unit for a window too short to have one; the median over the
   *     training's origins
   */
  record IntervalScale(boolean relative, int season, double fallback) {
    private static final int CHANGES_MIN = 8;

    double of(double[] history) {
      if (!relative) {
        return 1;
      }
      int changes = 0;
      for (int t = season; t < history.length; t++) {
        if (!Double.isNaN(history[t]) && !Double.isNaN(history[t - season])) {
          changes++;
        }
      }
      return changes < CHANGES_MIN ? fallback : ForecastErrors.maseScale(history, season);
    }
  }
}
