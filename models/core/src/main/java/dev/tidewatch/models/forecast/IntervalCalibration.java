package dev.tidewatch.models.forecast;

import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.RobustStatistics;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.SplitConformal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Split-conformal residuals of a method: fitted on the older part of each history, it forecasts
 * from origins in the newer part, and its errors there, in units of the window's seasonal change,
 * give the widths.
 *
 * @param conformal residuals by step
 * @param scale the unit
 */
record IntervalCalibration(SplitConformal conformal, IntervalScale scale) {
  /** Share of a history that is kept for calibration, where it is long enough. */
  private static final double CALIBRATION_SHARE = 0.1;

  /** Residuals kept in a bundle over all steps: about 1 MB of JSON. */
  private static final int RESIDUALS_MAX = 60_000;

  /** Series that calibrate; of more, every so many-th. */
  private static final int SERIES_MAX = 5_000;

  static IntervalCalibration of(
      PointMethod method,
      List<PointModel> served,
      ForecastTraining training,
      SortedMap<SeriesName, GridWindow> histories,
      PointSettings settings,
      int origins) {
    int horizon = training.horizon();
    int season = settings.seasons().primary();
    var older = new TreeMap<SeriesName, GridWindow>();
    histories.forEach((name, history) -> {
      int kept = Math.max((int) (history.size() * CALIBRATION_SHARE), horizon);
      if (history.size() > 2 * kept) {
        older.put(name, history.slice(0, history.size() - kept));
      }
    });
    var names = List.copyOf(older.keySet());
    List<PointModel> models = List.of();
    try {
      if (!older.isEmpty()) {
        models = olderModels(method, served, histories, older, settings);
      }
    } catch (InsufficientHistoryException e) {
      models = List.of();
    }
    if (models.isEmpty()) {
      // Too short to keep a part apart: the widths come from the fit itself and are too narrow.
      models = served;
      names = List.copyOf(histories.keySet());
    }
    var scale = new IntervalScale(season, 0);
    var residuals = new ArrayList<List<Double>>();
    for (int step = 0; step < horizon; step++) {
      residuals.add(new ArrayList<>());
    }
    var scales = new ArrayList<Double>();
    int perSeriesMax = Math.clamp(RESIDUALS_MAX / Math.max(1, horizon * names.size()), 1, origins);
    int seriesStride = Math.ceilDiv(names.size(), SERIES_MAX);
    for (int i = 0; i < names.size(); i += seriesStride) {
      PointModel model = models.get(method.pools() ? 0 : i);
      GridWindow history = histories.get(names.get(i));
      GridWindow raw = training.series().get(names.get(i));
      if (history == null || raw == null) {
        throw new IllegalStateException("series %s has no history".formatted(names.get(i)));
      }
      GridWindow fittedOn = older.getOrDefault(names.get(i), history.slice(0, history.size() / 2));
      int first = Math.max(fittedOn.size(), model.historyIntervalsMin());
      int last = history.size() - 1;
      int stride = stride(Math.max(0, last - first), perSeriesMax, season);
      for (int at = last; at >= first; at -= stride) {
        GridWindow window = history.slice(Math.max(0, at - model.historyIntervals()), at);
        double[] means = model.forecast(window, horizon);
        double unit = scale.of(history.slice(Math.max(0, at - unitIntervals(season)), at).values());
        scales.add(unit);
        for (int step = 0; step < Math.min(horizon, history.size() - at); step++) {
          double actual =
              raw.value(Math.toIntExact(history.firstIndex() + at + step - raw.firstIndex()));
          double residual = Math.abs(actual - means[step]) / unit;
          if (Double.isFinite(residual)) {
            residuals.get(step).add(residual);
          }
        }
      }
    }
    double fallback =
        scales.isEmpty()
            ? 0
            : RobustStatistics.median(scales.stream().mapToDouble(Double::doubleValue).toArray());
    return new IntervalCalibration(
        SplitConformal.of(filled(residuals)), new IntervalScale(season, fallback));
  }

  /** Models of the older parts, with the choices of those that are served. */
  private static List<PointModel> olderModels(
      PointMethod method,
      List<PointModel> served,
      SortedMap<SeriesName, GridWindow> histories,
      SortedMap<SeriesName, GridWindow> older,
      PointSettings settings) {
    if (method.pools()) {
      return List.of(method.settled(served.getFirst()).fit(List.copyOf(older.values()), settings));
    }
    var names = List.copyOf(histories.keySet());
    var models = new ArrayList<PointModel>();
    for (int i = 0; i < names.size(); i++) {
      GridWindow part = older.get(names.get(i));
      if (part != null) {
        settings.progress().at("calibrate", (double) i / names.size());
        models.add(method.settled(served.get(i)).fit(List.of(part), settings));
      }
    }
    return models;
  }

  private static int unitIntervals(int season) {
    return Math.max(4 * season, 64);
  }

  /** A stride that visits all phases of the season. */
  private static int stride(int span, int originsMax, int season) {
    int stride = Math.max(1, Math.ceilDiv(span + 1, originsMax));
    while (greatestCommonDivisor(stride, season) > 1) {
      stride++;
    }
    return stride;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /** A step without residuals takes those of the nearest earlier step; 0 if there is none. */
  private static List<double[]> filled(List<List<Double>> residuals) {
    var filled = new ArrayList<double[]>();
    double[] previous = {0};
    for (List<Double> step : residuals) {
      if (!step.isEmpty()) {
        previous = step.stream().mapToDouble(Double::doubleValue).toArray();
      }
      filled.add(previous);
    }
    return filled;
  }
}
