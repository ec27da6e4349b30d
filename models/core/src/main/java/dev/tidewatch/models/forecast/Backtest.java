package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rolling-origin evaluation (Tashman 2000): fit on what lies before a fold, forecast from the
 * origins in it, move on. Nothing at or after an origin is passed to the forecaster, and nothing
 * after the gap to the fit, gap filling included: windows are cut before they are filled.
 */
public final class Backtest {
  private Backtest() {}

  /**
   * Fits with metrics: back-tests, then fits on everything and records the back-test's metrics in
   * the bundle.
   */
  public static Bundle fitWithMetrics(
      ForecastFamily family, ForecastTraining training, BacktestPlan plan) {
    BacktestReport report = run(family, training, plan);
    return family.fit(training).withMetrics(report.metrics());
  }

  /**
   * @throws InsufficientHistoryException if no origin of the plan has enough history and truth
   */
  public static BacktestReport run(
      ForecastFamily family, ForecastTraining training, BacktestPlan plan) {
    long end =
        training.series().values().stream().mapToLong(GridWindow::endIndex).max().orElseThrow();
    long testStart = end - plan.testIntervals();
    var origins = new ArrayList<BacktestReport.Origin>();
    for (int fold = 0; fold < plan.folds(); fold++) {
      training.progress().at("back-test", (double) fold / plan.folds());
      long from = testStart + (long) plan.testIntervals() * fold / plan.folds();
      long to = testStart + (long) plan.testIntervals() * (fold + 1) / plan.folds();
      origins.addAll(runFold(family, training, plan, from, to));
    }
    training.progress().at("back-test", 1);
    if (origins.isEmpty()) {
      throw new InsufficientHistoryException(
          "the history is too short for a back-test over its newest %d intervals with a horizon of %d"
              .formatted(plan.testIntervals(), training.horizon()));
    }
    return new BacktestReport(metrics(training, origins, testStart), origins);
  }

  private static List<BacktestReport.Origin> runFold(
      ForecastFamily family, ForecastTraining training, BacktestPlan plan, long from, long to) {
    var known = new TreeMap<SeriesName, GridWindow>();
    training
        .series()
        .forEach((name, series) -> {
          GridWindow before = until(series, from - plan.gapIntervals());
          GridWindow kept =
              plan.trainingIntervalsMax() == 0 ? before : before.last(plan.trainingIntervalsMax());
          if (kept.size() > 0) {
            known.put(name, kept);
          }
        });
    var origins = new ArrayList<BacktestReport.Origin>();
    if (known.isEmpty()) {
      return origins;
    }
    Forecaster forecaster;
    try {
      forecaster = family.load(family.fit(training.over(known)));
    } catch (InsufficientHistoryException e) {
      return origins;
    }
    for (Map.Entry<SeriesName, GridWindow> entry : training.series().entrySet()) {
      GridWindow series = entry.getValue();
      for (long origin = from; origin < to; origin += plan.strideIntervals()) {
        if (origin + training.horizon() > series.endIndex()) {
          break;
        }
        GridWindow history = until(series, origin).last(forecaster.manifest().historyIntervals());
        if (history.size() < forecaster.manifest().historyIntervalsMin()
            || history.missingCount() == history.size()) {
          continue;
        }
        Forecast forecast =
            forecaster.forecast(
                ForecastInput.of(entry.getKey(), history), training.horizon(), training.levels());
        int offset = Math.toIntExact(origin - series.firstIndex());
        double[] actual = series.slice(offset, offset + training.horizon()).values();
        origins.add(
            new BacktestReport.Origin(
                entry.getKey(), forecast, Arrays.stream(actual).boxed().toList()));
      }
    }
    return origins;
  }

  private static GridWindow until(GridWindow series, long end) {
    return series.slice(0, Math.clamp(end - series.firstIndex(), 0, series.size()));
  }

  private static SortedMap<String, Double> metrics(
      ForecastTraining training, List<BacktestReport.Origin> origins, long testStart) {
    var sums = new TreeMap<String, double[]>();
    training
        .series()
        .forEach((name, series) -> {
          List<BacktestReport.Origin> own =
              origins.stream().filter(o -> o.series().equals(name)).toList();
          if (!own.isEmpty()) {
            metricsOf(own, until(series, testStart), training)
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

  private static Map<String, Double> metricsOf(
      List<BacktestReport.Origin> origins, GridWindow before, ForecastTraining training) {
    int horizon = training.horizon();
    var actual = new double[origins.size() * horizon];
    var mean = new double[actual.length];
    for (int i = 0; i < origins.size(); i++) {
      for (int step = 0; step < horizon; step++) {
        actual[i * horizon + step] = origins.get(i).actual().get(step);
        mean[i * horizon + step] = origins.get(i).forecast().mean(step);
      }
    }
    int season = Math.max(1, training.grid().stepsPerDay());
    double scale = ForecastErrors.maseScale(before.values(), season);
    var metrics = new TreeMap<String, Double>();
    metrics.put("mae", ForecastErrors.mae(actual, mean));
    metrics.put("rmse", ForecastErrors.rmse(actual, mean));
    metrics.put("mape", ForecastErrors.mape(actual, mean));
    metrics.put("smape", ForecastErrors.smape(actual, mean));
    metrics.put("mase", ForecastErrors.mase(actual, mean, scale));
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
}
