package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Rolling-origin evaluation (Tashman 2000): fit on what lies before a fold, forecast from the
 * origins in it, move on. Nothing at or after an origin is passed to the forecaster, and nothing
 * after the gap to the fit, gap filling included: windows are cut before they are filled.
 *
 * <p>Folds do not know of each other, so they can run side by side; the report is the same for any
 * number of threads.
 */
public final class Backtest {
  private static final int PROGRESS_MILLIS = 100;

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
   * Runs on the caller's thread alone.
   *
   * @throws InsufficientHistoryException if no origin of the plan has enough history and truth
   */
  public static BacktestReport run(
      ForecastFamily family, ForecastTraining training, BacktestPlan plan) {
    return run(family, training, plan, 1, FoldListener.NONE);
  }

  /**
   * Runs folds side by side. Progress and listener are told on the caller's thread.
   *
   * @param threads at most so many folds at a time; 1: all on the caller's thread
   * @throws InsufficientHistoryException if no origin of the plan has enough history and truth
   * @throws CancellationException from the training's progress; folds that run are told to end
   */
  public static BacktestReport run(
      ForecastFamily family,
      ForecastTraining training,
      BacktestPlan plan,
      int threads,
      FoldListener listener) {
    Fit fit = (known, told) -> family.load(family.fit(training.over(known, told)));
    return run(fit, training, plan, threads, listener);
  }

  /**
   * Forecasts from the plan's origins with a forecaster that is there already. Whether it has seen
   * what it is asked for is the caller's business.
   *
   * @throws InsufficientHistoryException if no origin of the plan has enough history and truth
   */
  public static BacktestReport replay(
      Forecaster forecaster, ForecastTraining training, BacktestPlan plan) {
    return run((known, told) -> forecaster, training, plan, 1, FoldListener.NONE);
  }

  /** First interval that a plan tests. */
  public static long testStart(ForecastTraining training, BacktestPlan plan) {
    return end(training) - plan.testIntervals();
  }

  private static long end(ForecastTraining training) {
    return training.series().values().stream().mapToLong(GridWindow::endIndex).max().orElseThrow();
  }

  /** How a fold gets its forecaster. */
  @FunctionalInterface
  private interface Fit {
    Forecaster on(SortedMap<SeriesName, GridWindow> known, TrainingProgress told);
  }

  private static BacktestReport run(
      Fit fit, ForecastTraining training, BacktestPlan plan, int threads, FoldListener listener) {
    long testStart = testStart(training, plan);
    var origins = new ArrayList<BacktestReport.Origin>();
    try (var folds = new Folds(fit, training, plan, Math.min(threads, plan.folds()))) {
      for (int fold = 0; fold < plan.folds(); fold++) {
        training.progress().at("back-test", (double) fold / plan.folds());
        List<BacktestReport.Origin> found = folds.await(fold);
        origins.addAll(found);
        SortedMap<String, Double> metrics =
            found.isEmpty() ? new TreeMap<>() : BacktestMetrics.of(training, found, testStart);
        if (!listener.folded(fold, metrics, found)) {
          break;
        }
      }
    }
    training.progress().at("back-test", 1);
    if (origins.isEmpty()) {
      throw new InsufficientHistoryException(
          "the history is too short for a back-test over its newest %d intervals with a horizon of %d"
              .formatted(plan.testIntervals(), training.horizon()));
    }
    return new BacktestReport(BacktestMetrics.of(training, origins, testStart), origins);
  }

  /** The folds of one back-test, computed ahead where there are threads for it. */
  private static final class Folds implements AutoCloseable {
    private final Fit fit;
    private final ForecastTraining training;
    private final BacktestPlan plan;
    private final long testStart;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final @Nullable ExecutorService pool;
    private final List<Future<List<BacktestReport.Origin>>> ahead = new ArrayList<>();

    Folds(Fit fit, ForecastTraining training, BacktestPlan plan, int threads) {
      this.fit = fit;
      this.training = training;
      this.plan = plan;
      this.testStart = testStart(training, plan);
      if (threads <= 1) {
        this.pool = null;
        return;
      }
      var workers =
          Executors.newFixedThreadPool(
              threads, Thread.ofPlatform().daemon().name("back-test-", 0).factory());
      this.pool = workers;
      for (int fold = 0; fold < plan.folds(); fold++) {
        int number = fold;
        ahead.add(workers.submit(() -> compute(number, (stage, fraction) -> checkCancelled())));
      }
    }

    private void checkCancelled() {
      if (cancelled.get()) {
        throw new CancellationException("cancelled during back-test");
      }
    }

    List<BacktestReport.Origin> await(int fold) {
      double done = (double) fold / plan.folds();
      if (ahead.isEmpty()) {
        return compute(fold, (stage, fraction) -> training.progress().at("back-test", done));
      }
      while (true) {
        try {
          return ahead.get(fold).get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          long finished = ahead.stream().filter(Future::isDone).count();
          training.progress().at("back-test", (double) finished / plan.folds());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          var cancellation = new CancellationException("interrupted during back-test");
          cancellation.initCause(e);
          throw cancellation;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException failure) {
            throw failure;
          }
          if (e.getCause() instanceof Error failure) {
            throw failure;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    }

    private List<BacktestReport.Origin> compute(int fold, TrainingProgress told) {
      told.at("back-test", 0);
      long from = testStart + (long) plan.testIntervals() * fold / plan.folds();
      long to = testStart + (long) plan.testIntervals() * (fold + 1) / plan.folds();
      return runFold(fit, training, plan, from, to, told);
    }

    @Override
    public void close() {
      cancelled.set(true);
      if (pool != null) {
        pool.shutdownNow();
      }
    }
  }

  private static List<BacktestReport.Origin> runFold(
      Fit fit,
      ForecastTraining training,
      BacktestPlan plan,
      long from,
      long to,
      TrainingProgress told) {
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
      forecaster = fit.on(known, told);
    } catch (InsufficientHistoryException e) {
      return origins;
    }
    int horizon = Math.min(training.horizon(), forecaster.manifest().horizon());
    for (Map.Entry<SeriesName, GridWindow> entry : training.series().entrySet()) {
      told.at("back-test", 0);
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
        Forecast forecast;
        try {
          forecast =
              forecaster.forecast(
                  training.input(entry.getKey(), history, forecaster.manifest().roles()),
                  horizon,
                  training.levels());
        } catch (InsufficientHistoryException | UntrainedSeriesException e) {
          continue;
        }
        int offset = Math.toIntExact(origin - series.firstIndex());
        double[] actual = series.slice(offset, offset + horizon).values();
        origins.add(
            new BacktestReport.Origin(
                entry.getKey(), forecast, Arrays.stream(actual).boxed().toList()));
      }
    }
    return origins;
  }

  /** A series as it was known at an interval, that interval excluded. */
  static GridWindow until(GridWindow series, long end) {
    return series.slice(0, Math.clamp(end - series.firstIndex(), 0, series.size()));
  }
}
