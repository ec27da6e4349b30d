package dev.tidewatch.trainer.worker;

import dev.tidewatch.models.forecast.BacktestPlan;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.FoldListener;
import dev.tidewatch.models.forecast.PairedBacktests;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.trainer.Backtester;
import dev.tidewatch.trainer.Backtester.Prepared;
import dev.tidewatch.trainer.Evaluation;
import dev.tidewatch.trainer.TrainingPlan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How much of the past a model is to be trained on, found by back-test: fitted anew on each of
 * several windows and asked for the same newest part of the history, from the same origins. The
 * window with the least loss wins (mean absolute error in units of the series' usual change,
 * averaged over steps, series and origins); of equal ones the one that was named first.
 *
 * @param window ISO-8601, or {@code all}
 * @param losses by window, in the order in which they were named; those that were too short for the
 *     family are left out
 */
record WindowChoice(String window, Map<String, Double> losses) {
  /** What {@code best} stands for: four, eight and 26 weeks, or everything. */
  static final List<String> USUAL = List.of("all", "P182D", "P56D", "P28D");

  static final String ALL = "all";

  private static final int ORIGINS_WANTED = 48;
  private static final int FOLDS_MAX = 4;

  /**
   * Chooses.
   *
   * @param all what is to be trained, on all there is
   * @param windows at least one, by name; of no length: all there is
   * @throws InsufficientHistoryException if there is too little for any of them
   */
  static WindowChoice of(
      Backtester backtester,
      TrainingPlan all,
      Map<String, Duration> windows,
      TrainingProgress progress) {
    long step = all.grid().stepMicros();
    long shortest =
        windows.values().stream()
            .mapToLong(window -> window.toNanos() / 1_000 / step)
            .filter(intervals -> intervals > 0)
            .min()
            .orElse(0);
    int tested = (int) Math.max(all.horizon(), shortest / 4);
    var evaluation =
        new Evaluation(
            Math.clamp(tested / all.horizon(), 1, FOLDS_MAX),
            tested,
            Math.clamp(tested / ORIGINS_WANTED, 1, all.horizon()),
            0,
            0,
            all.evaluation().threads());
    Prepared prepared = backtester.prepare(all.evaluatedBy(evaluation), progress);
    BacktestPlan plan = prepared.plan();
    var reports = new LinkedHashMap<String, BacktestReport>();
    InsufficientHistoryException tooShort = null;
    for (Map.Entry<String, Duration> window : windows.entrySet()) {
      int intervals = Math.toIntExact(window.getValue().toNanos() / 1_000 / step);
      var sliding =
          new BacktestPlan(
              plan.folds(),
              plan.testIntervals(),
              plan.strideIntervals(),
              plan.gapIntervals(),
              intervals);
      try {
        reports.put(
            window.getKey(),
            backtester.run(
                new Prepared(
                    prepared.training(),
                    sliding,
                    prepared.readings(),
                    prepared.asOf(),
                    prepared.threads()),
                all.family(),
                all.parameters(),
                progress,
                FoldListener.NONE));
      } catch (InsufficientHistoryException e) {
        tooShort = e;
      }
    }
    if (reports.isEmpty() && tooShort != null) {
      throw tooShort;
    }
    return least(reports, prepared);
  }

  private static WindowChoice least(Map<String, BacktestReport> reports, Prepared prepared) {
    BacktestReport any = reports.values().iterator().next();
    var losses = new LinkedHashMap<String, Double>();
    String best = reports.keySet().iterator().next();
    for (Map.Entry<String, BacktestReport> report : reports.entrySet()) {
      double loss =
          PairedBacktests.of(report.getValue(), any, prepared.training(), prepared.plan())
              .firstLoss();
      losses.put(report.getKey(), loss);
      if (loss < losses.getOrDefault(best, Double.NaN)) {
        best = report.getKey();
      }
    }
    return new WindowChoice(best, losses);
  }

  /** For people. */
  String text() {
    return losses.entrySet().stream()
        .map(loss -> String.format(Locale.ROOT, "%s %.4g", loss.getKey(), loss.getValue()))
        .collect(
            Collectors.joining(", ", "window " + window + " by back-test (scaled error: ", ")"));
  }
}
