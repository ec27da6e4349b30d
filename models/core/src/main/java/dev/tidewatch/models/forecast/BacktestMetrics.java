package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Figures of a back-test from its origins. */
final class BacktestMetrics {
  /** Of figures of intervals that follow the truth. */
  private static final String ADAPTIVE = "adaptive_";

  private BacktestMetrics() {}

  /** Means over series of each series' figures; see {@link BacktestReport#metrics}. */
  static SortedMap<String, Double> of(
      ForecastTraining training, List<BacktestReport.Origin> origins, long testStart) {
    var bySeries = new LinkedHashMap<SeriesName, List<BacktestReport.Origin>>();
    origins.forEach(
        origin -> bySeries.computeIfAbsent(origin.series(), name -> new ArrayList<>()).add(origin));
    var sums = new TreeMap<String, double[]>();
    training
        .series()
        .forEach((name, series) -> {
          List<BacktestReport.Origin> own = bySeries.get(name);
          if (own != null) {
            ofSeries(own, series, Backtest.until(series, testStart), training)
                .forEach((metric, value) -> {
                  if (Double.isFinite(value)) {
                    double[] sum = sums.computeIfAbsent(metric, m -> new double[2]);
                    sum[0] += value;
                    sum[1]++;
                  }
                });
          }
        });
    var metrics = new TreeMap<String, Double>();
    sums.forEach((metric, sum) -> metrics.put(metric, sum[0] / sum[1]));
    metrics.put("origins", (double) origins.size());
    return metrics;
  }

  private static Map<String, Double> ofSeries(
      List<BacktestReport.Origin> origins,
      GridWindow series,
      GridWindow before,
      ForecastTraining training) {
    int horizon = origins.getFirst().actual().size();
    var actual = new double[origins.size() * horizon];
    var mean = new double[actual.length];
    for (int i = 0; i < origins.size(); i++) {
      for (int step = 0; step < horizon; step++) {
        actual[i * horizon + step] = origins.get(i).actual().get(step);
        mean[i * horizon + step] = origins.get(i).forecast().mean(step);
      }
    }
    var metrics = new TreeMap<String, Double>();
    metrics.put("mae", ForecastErrors.mae(actual, mean));
    metrics.put("rmse", ForecastErrors.rmse(actual, mean));
    metrics.put("mape", ForecastErrors.mape(actual, mean));
    metrics.put("smape", ForecastErrors.smape(actual, mean));
    metrics.put("mase", ForecastErrors.mase(actual, mean, scale(before)));
    metrics.put("bias", ForecastErrors.bias(actual, mean));
    List<Forecast> forecasts = origins.stream().map(BacktestReport.Origin::forecast).toList();
    putIntervals(metrics, "", actual, forecasts, training.levels());
    putIntervals(
        metrics, ADAPTIVE, actual, recalibrated(forecasts, series, training), training.levels());
    return metrics;
  }

  private static void putIntervals(
      Map<String, Double> metrics,
      String prefix,
      double[] actual,
      List<Forecast> forecasts,
      List<Double> levels) {
    int horizon = actual.length / forecasts.size();
    for (int level = 0; level < levels.size(); level++) {
      var lower = new double[actual.length];
      var upper = new double[actual.length];
      for (int i = 0; i < forecasts.size(); i++) {
        for (int step = 0; step < horizon; step++) {
          lower[i * horizon + step] = forecasts.get(i).lower(level, step);
          upper[i * horizon + step] = forecasts.get(i).upper(level, step);
        }
      }
      double nominal = levels.get(level);
      String percent =
          BigDecimal.valueOf(nominal).movePointRight(2).stripTrailingZeros().toPlainString();
      metrics.put(prefix + "coverage_" + percent, ForecastErrors.coverage(actual, lower, upper));
      metrics.put(
          prefix + "interval_score_" + percent,
          ForecastErrors.intervalScore(actual, lower, upper, nominal));
    }
  }

  /** As the intervals would be if each truth recalibrated those that follow. */
  private static List<Forecast> recalibrated(
      List<Forecast> forecasts, GridWindow series, ForecastTraining training) {
    AdaptiveIntervals adaptive =
        AdaptiveIntervals.of(training.levels(), training.horizon(), training.parameters());
    long learntTo = series.firstIndex();
    var recalibrated = new ArrayList<Forecast>();
    for (Forecast forecast : forecasts) {
      int from = Math.toIntExact(learntTo - series.firstIndex());
      int to = Math.toIntExact(forecast.firstIndex() - series.firstIndex());
      recalibrated.add(adaptive.next(forecast, series.slice(from, to)));
      learntTo = forecast.firstIndex();
    }
    return recalibrated;
  }

  /** What errors are divided by: the mean change over a day, or over a step where there is none. */
  static double scale(GridWindow before) {
    return ForecastErrors.maseScale(before.values(), Math.max(1, before.grid().stepsPerDay()));
  }
}
