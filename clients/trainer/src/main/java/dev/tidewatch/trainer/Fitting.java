package dev.tidewatch.trainer;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.multivariate.MultivariateTraining;
import dev.tidewatch.models.forecast.Backtest;
import dev.tidewatch.models.forecast.BacktestPlan;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.tuning.Trial;
import dev.tidewatch.trainer.tuning.Tuner;
import dev.tidewatch.trainer.tuning.Tuning;
import dev.tidewatch.trainer.tuning.TuningResult;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The part of a training that needs no server: from readings to a bundle with metrics. */
final class Fitting {
  private final ModelFamilies families;
  private final InstantSource clock;
  private final String codeVersion;

  Fitting(ModelFamilies families, InstantSource clock, String codeVersion) {
    this.families = families;
    this.clock = clock;
    this.codeVersion = codeVersion;
  }

  /**
   * What came out.
   *
   * @param parameters that the family was given, tuned ones included
   * @param comparison null where there is no champion, or the model detects
   * @param tuning null where nothing was searched
   * @param backtest null where the model detects
   */
  record Fitted(
      Bundle bundle,
      Parameters parameters,
      @Nullable ChampionComparison comparison,
      @Nullable TuningResult tuning,
      @Nullable BacktestReport backtest,
      TrainedOn trainedOn) {
    Fitted with(Bundle other) {
      return new Fitted(other, parameters, comparison, tuning, backtest, trainedOn);
    }
  }

  /** Compares a back-test with the champion. */
  interface Comparing {
    @Nullable ChampionComparison with(
        Backtester.Prepared prepared, BacktestReport candidate, Phases progress);
  }

  Fitted detector(TrainingPlan plan, Dataset dataset, Phases progress) {
    if (!plan.covariates().isEmpty()) {
      throw new IllegalArgumentException(
          "covariates: family %s detects and reads none".formatted(plan.family()));
    }
    requireNoTuning(plan);
    progress.enter(Phases.Phase.FIT);
    var training =
        new DetectorTraining(
            dataset.readings(),
            plan.grid(),
            plan.parameters(),
            new Provenance(dataset.fingerprint(), codeVersion, plan.seed()),
            progress);
    Bundle bundle = families.detectorFamily(plan.family()).orElseThrow().fit(training);
    return new Fitted(
        bundle,
        plan.parameters(),
        null,
        null,
        null,
        TrainedOn.readings(dataset.readings().values()));
  }

  /** A detector of several aligned series: the plan's one series first, then its covariates. */
  Fitted rows(TrainingPlan plan, Dataset dataset, Phases progress) {
    requireNoTuning(plan);
    progress.enter(Phases.Phase.FIT);
    SortedMap<SeriesName, GridWindow> windows = dataset.onGrid(plan.grid(), clock.instant());
    SeriesName first = windows.firstKey();
    var inputs = new ArrayList<MultivariateTraining.Input>();
    windows.forEach((series, window) ->
        inputs.add(new MultivariateTraining.Input(Role.TARGET, series, window)));
    dataset
        .covariatesOn(windows)
        .getOrDefault(first, Collections.emptySortedMap())
        .forEach((role, covariate) ->
            inputs.add(
                new MultivariateTraining.Input(
                    new Role(role, Role.Kind.COVARIATE), covariate.series(), covariate.window())));
    var training =
        new MultivariateTraining(
            inputs,
            plan.parameters(),
            new Provenance(dataset.fingerprint(), codeVersion, plan.seed()),
            progress);
    return new Fitted(
        families.multivariateFamily(plan.family()).orElseThrow().fit(training),
        plan.parameters(),
        null,
        null,
        null,
        TrainedOn.windows(inputs.stream().map(MultivariateTraining.Input::window).toList()));
  }

  private static void requireNoTuning(TrainingPlan plan) {
    if (plan.tuning() != null) {
      throw new IllegalArgumentException(
          "tuning: detectors have no back-test to tune by; family %s is one"
              .formatted(plan.family()));
    }
  }

  /**
   * Searches settings on what lies before the test part, back-tests those found on the test part,
   * compares, and fits on everything.
   */
  Fitted forecaster(
      TrainingPlan plan, Dataset dataset, Phases progress, RunRecord run, Comparing comparing) {
    ForecastFamily family = families.forecastFamily(plan.family()).orElseThrow();
    Backtester.Prepared prepared = Backtester.prepare(plan, dataset, clock, codeVersion, progress);
    TuningResult tuned = null;
    Parameters parameters = plan.parameters();
    if (plan.tuning() != null) {
      progress.enter(Phases.Phase.TUNE);
      tuned = tune(family, plan, prepared, run);
      parameters = tuned.best();
    }
    ForecastTraining training = prepared.training().with(parameters);
    progress.enter(Phases.Phase.BACK_TEST);
    BacktestReport report =
        Backtest.run(
            family,
            training,
            prepared.plan(),
            prepared.threads(),
            (fold, metrics, origins) -> {
              metrics.forEach((name, value) -> run.log("fold." + name, fold, value));
              return true;
            });
    progress.enter(Phases.Phase.COMPARE);
    progress.at("compare", 0);
    ChampionComparison comparison = comparing.with(prepared, report, progress);
    progress.enter(Phases.Phase.FIT);
    Bundle bundle = family.fit(training).withMetrics(report.metrics());
    if (!plan.covariates().isEmpty() && bundle.manifest().roles().size() == 1) {
      throw new IllegalArgumentException(
          "covariates: family %s reads none with these settings".formatted(plan.family()));
    }
    return new Fitted(
        bundle,
        parameters,
        comparison,
        tuned,
        report,
        TrainedOn.windows(training.series().values()));
  }

  private static TuningResult tune(
      ForecastFamily family, TrainingPlan plan, Backtester.Prepared prepared, RunRecord run) {
    ForecastTraining all = prepared.training();
    long known = Backtest.testStart(all, prepared.plan()) - prepared.plan().gapIntervals();
    var before = new TreeMap<SeriesName, GridWindow>();
    all.series()
        .forEach((name, series) -> {
          int size = (int) Math.clamp(known - series.firstIndex(), 0L, series.size());
          if (size > 0) {
            before.put(name, series.slice(0, size));
          }
        });
    if (before.isEmpty()) {
      throw new InsufficientHistoryException(
          "there is no history to tune on before the part that is tested");
    }
    int intervals = before.values().stream().mapToInt(GridWindow::size).max().orElse(0);
    Evaluation evaluation = plan.evaluation();
    BacktestPlan inner =
        new Evaluation(
                evaluation.folds(),
                0,
                evaluation.strideIntervals(),
                evaluation.gapIntervals(),
                evaluation.windowIntervals(),
                1)
            .plan(intervals, plan.horizon());
    Tuning tuning = Objects.requireNonNull(plan.tuning());
    return new Tuner(
            family,
            all.over(before, all.progress()),
            inner,
            tuning,
            prepared.threads(),
            System::nanoTime,
            new TrialLog(run, tuning.metric())::tried)
        .run();
  }

  /** Trials as curves of the run: their loss, and each number among their settings. */
  private static final class TrialLog {
    private final RunRecord run;
    private final String metric;
    private int step;

    TrialLog(RunRecord run, String metric) {
      this.run = run;
      this.metric = metric;
    }

    void tried(Trial trial) {
      run.log("trial." + metric, step, trial.loss());
      run.log("trial.number", step, trial.number());
      run.log("trial.rung", step, trial.rung());
      trial
          .parameters()
          .asMap()
          .forEach((name, text) -> {
            try {
              run.log("trial.set." + name, step, Double.parseDouble(text));
            } catch (NumberFormatException e) {
              // A word is no point of a curve.
              return;
            }
          });
      step++;
    }
  }
}
