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
            ofSeries(own, Backtest.until(series, testStart), training)
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
      List<BacktestReport.Origin> origins, GridWindow before, ForecastTraining training) {
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
    for (int level = 0; level < training.levels().size(); level++) {
      var lower = new double[actual.length];
      var upper = new double[actual.length];
      for (int i = 0; i < origins.size(); i++) {
        for (int step = 0; step < horizon; step++) {
          lower[i * horizon + step] = origins.get(i).forecast().lower(level, step);
          upper[i * horizon + step] = origins.get(i).forecast().upper(level, step);
        }
      }
      double nominal = training.levels().get(level);
      String percent =
          BigDecimal.valueOf(nominal).movePointRight(2).stripTrailingZeros().toPlainString();
      metrics.put("coverage_" + percent, ForecastErrors.coverage(actual, lower, upper));
      metrics.put(
          "interval_score_" + percent, ForecastErrors.intervalScore(actual, lower, upper, nominal));
    }
    return metrics;
  }

  /** What errors are divided by: the mean change over a day, or over a step where there is none. */
  static double scale(GridWindow before) {
    return ForecastErrors.maseScale(before.values(), Math.max(1, before.grid().stepsPerDay()));
  }
}
