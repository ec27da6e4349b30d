package dev.tidewatch.trainer;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.forecast.Backtest;
import dev.tidewatch.models.forecast.BacktestPlan;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.FoldListener;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Back-tests without registering anything: several families, or versions that are there already, on
 * the very same readings and origins. Thread-safe; runs on the caller's thread.
 */
public final class Backtester {
  private final Tidewatch tidewatch;
  private final ModelFamilies families;
  private final InstantSource clock;

  /**
   * @param clock by which the value of a grid interval is known
   */
  public Backtester(Tidewatch tidewatch, ModelFamilies families, InstantSource clock) {
    this.tidewatch = tidewatch;
    this.families = families;
    this.clock = clock;
  }

  /**
   * What back-tests are run on.
   *
   * @param training histories, horizon and levels; its parameters are those of the plan
   * @param plan folds and origins
   * @param readings as they were read
   * @param asOf the state that they are of
   * @param threads folds at a time
   */
  public record Prepared(
      ForecastTraining training,
      BacktestPlan plan,
      SortedMap<SeriesName, ReadingColumns> readings,
      FeedPosition asOf,
      int threads) {

    Prepared told(TrainingProgress progress) {
      return new Prepared(
          training.over(training.series(), progress), plan, readings, asOf, threads);
    }
  }

  /**
   * Reads the plan's series.
   *
   * @throws dev.tidewatch.models.training.InsufficientHistoryException if one has no readings
   * @throws dev.tidewatch.sdk.TidewatchException if the server refuses or is away
   */
  public Prepared prepare(TrainingPlan plan, TrainingProgress progress) {
    Dataset dataset = Dataset.read(tidewatch.ingest(), plan, progress);
    return prepare(plan, dataset, clock, "backtest", progress);
  }

  static Prepared prepare(
      TrainingPlan plan,
      Dataset dataset,
      InstantSource clock,
      String codeVersion,
      TrainingProgress progress) {
    var windows = dataset.onGrid(plan.grid(), clock.instant());
    int intervals = windows.values().stream().mapToInt(GridWindow::size).max().orElse(0);
    var training =
        new ForecastTraining(
            windows,
            plan.horizon(),
            plan.levels(),
            plan.parameters(),
            new Provenance(dataset.fingerprint(), codeVersion, plan.seed()),
            progress);
    return new Prepared(
        training.withCovariates(dataset.covariatesOn(windows)),
        plan.evaluation().plan(intervals, plan.horizon()),
        dataset.readings(),
        dataset.asOf(),
        plan.evaluation().threads());
  }

  /**
   * Back-tests a family, fitted anew for each fold.
   *
   * @throws IllegalArgumentException for a family or parameter that there is not
   */
  public BacktestReport run(
      Prepared prepared,
      String family,
      Parameters parameters,
      TrainingProgress progress,
      FoldListener listener) {
    return Backtest.run(
        forecastFamily(family),
        prepared.told(progress).training().with(parameters),
        prepared.plan(),
        prepared.threads(),
        listener);
  }

  /** What a family says of itself after a fit on all readings, such as a table of candidates. */
  public SortedMap<String, String> explain(
      Prepared prepared, String family, Parameters parameters, TrainingProgress progress) {
    ForecastFamily chosen = forecastFamily(family);
    Bundle bundle = chosen.fit(prepared.told(progress).training().with(parameters));
    return chosen.load(bundle).explanation(prepared.training().series().firstKey());
  }

  /** Forecasts from the same origins with a bundle as it is. */
  public BacktestReport replay(Prepared prepared, Bundle bundle, TrainingProgress progress) {
    return Backtest.replay(
        families.loadForecaster(bundle), prepared.told(progress).training(), prepared.plan());
  }

  /**
   * Fits a detector on all but the newest part of the history and shows it that part, reading by
   * reading. Before, it sees again what it was fitted on, as it would have seen it when it served.
   *
   * @throws IllegalArgumentException for a family or parameter that there is not
   */
  public DetectionReport detect(TrainingPlan plan, TrainingProgress progress) {
    DetectorFamily family =
        families
            .detectorFamily(plan.family())
            .orElseThrow(
                () -> new IllegalArgumentException("family: no detector '" + plan.family() + "'"));
    Dataset dataset = Dataset.read(tidewatch.ingest(), plan, progress);
    long testMicros = plan.evaluation().testIntervals() * plan.grid().stepMicros();
    var known = new TreeMap<SeriesName, ReadingColumns>();
    var firstJudged = new TreeMap<SeriesName, Integer>();
    dataset
        .readings()
        .forEach((name, columns) -> {
          long end = Dataset.endMicros(columns);
          long span = end - Dataset.startMicros(columns);
          long start = end - (testMicros > 0 ? Math.min(testMicros, span) : span / 5);
          var before = ReadingColumns.builder();
          int row = 0;
          while (row < columns.size() && columns.timeMicros(row) < start) {
            before.add(columns.timeMicros(row), columns.value(row));
            row++;
          }
          known.put(name, before.build());
          firstJudged.put(name, row);
        });
    var training =
        new DetectorTraining(
            known,
            plan.grid(),
            plan.parameters(),
            new Provenance(dataset.fingerprint(), "backtest", plan.seed()),
            progress);
    DetectorModel model = family.load(family.fit(training));
    var judged = new TreeMap<SeriesName, List<DetectionReport.Judged>>();
    dataset
        .readings()
        .forEach((name, columns) -> {
          progress.at("detect", (double) judged.size() / dataset.readings().size());
          Detector detector = model.start(name);
          int first = firstJudged.getOrDefault(name, 0);
          List<DetectionReport.Judged> verdicts = new ArrayList<>();
          for (int row = 0; row < columns.size(); row++) {
            Verdict verdict = detector.score(columns.timeMicros(row), columns.value(row));
            if (row >= first) {
              verdicts.add(
                  new DetectionReport.Judged(columns.timeMicros(row), columns.value(row), verdict));
            }
          }
          judged.put(name, List.copyOf(verdicts));
        });
    return new DetectionReport(judged);
  }

  private ForecastFamily forecastFamily(String id) {
    return families
        .forecastFamily(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "family: no forecaster '%s'; there are %s"
                    .formatted(id, String.join(", ", families.forecastIds()))));
  }
}
