package dev.tidewatch.monitor.trial;

import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.timeseries.significance.PairedTest;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the pairs of canary and champion say.
 *
 * <p>Whoever tests again and again finds something by chance in the end. So a verdict is only
 * possible at a few looks: when the pairs reach {@code pairs_min}, twice, four times as many, and
 * so on, and at the end. The look number k, from 1, may use {@code significance / 2^k} and the last
 * one what is left, so that all of them together keep to the level of the plan (alpha spending, Lan
 * and DeMets, Biometrika 70, 1983). One way leads out at any time, and only back: a canary that
 * loses twice as much as the champion, with a p value below 0.01.
 *
 * @param step CANARY: go on; PROMOTE or ROLL_BACK
 * @param looks looks used so far
 */
record CanaryVerdict(TrialStep step, String reason, int looks, Map<String, Double> figures) {
  /** Fewer origins are too few for a verdict, however many pairs each of them has. */
  static final int ORIGINS_MIN = 8;

  private static final double CLEARLY_WORSE = 2;
  private static final double CLEARLY_WORSE_SIGNIFICANCE = 0.01;

  static CanaryVerdict of(Trial trial, AccuracyComparison comparison, Instant now) {
    Map<String, Double> figures = figures(comparison);
    boolean isLast = trial.endsAt().filter(end -> !now.isBefore(end)).isPresent();
    Optional<PairedTest> test =
        comparison.origins() < ORIGINS_MIN ? Optional.empty() : comparison.test();
    TrialPlan plan = trial.plan();
    if (test.isEmpty() || comparison.pairs() < plan.pairsMin()) {
      if (test.isPresent() && isClearlyWorse(comparison, test.get())) {
        return new CanaryVerdict(
            TrialStep.ROLL_BACK,
            "clearly worse: " + said(comparison, test.get()),
            trial.looks(),
            figures);
      }
      String few =
          "%d of %d pairs from %d of %d origins"
              .formatted(comparison.pairs(), plan.pairsMin(), comparison.origins(), ORIGINS_MIN);
      return isLast
          ? new CanaryVerdict(
              TrialStep.ROLL_BACK,
              "too few pairs for a verdict within " + plan.durationMax() + ": " + few,
              trial.looks(),
              figures)
          : new CanaryVerdict(TrialStep.CANARY, "compared so far: " + few, trial.looks(), figures);
    }
    String said = said(comparison, test.get());
    if (isClearlyWorse(comparison, test.get())) {
      return new CanaryVerdict(
          TrialStep.ROLL_BACK, "clearly worse: " + said, trial.looks(), figures);
    }
    boolean isLook = comparison.pairs() >= pairsOfNextLook(trial);
    if (!isLook && !isLast) {
      return new CanaryVerdict(TrialStep.CANARY, "no verdict yet: " + said, trial.looks(), figures);
    }
    double level = level(plan.significance(), trial.looks(), isLast);
    int looks = trial.looks() + 1;
    figures.put("level", level);
    if (test.get().firstBetter() < level) {
      return new CanaryVerdict(TrialStep.PROMOTE, "significantly better: " + said, looks, figures);
    }
    if (test.get().secondBetter() < level) {
      return new CanaryVerdict(TrialStep.ROLL_BACK, "significantly worse: " + said, looks, figures);
    }
    return isLast
        ? new CanaryVerdict(
            TrialStep.ROLL_BACK,
            "no significant difference within " + plan.durationMax() + ": " + said,
            looks,
            figures)
        : new CanaryVerdict(TrialStep.CANARY, "no verdict yet: " + said, looks, figures);
  }

  /** Of look k = looks + 1: half of what is left; of the last one all of it. */
  static double level(double significance, int looks, boolean isLast) {
    return significance * Math.pow(2, -(isLast ? looks : looks + 1));
  }

  private static long pairsOfNextLook(Trial trial) {
    return (long) trial.plan().pairsMin() << Math.min(trial.looks(), 30);
  }

  private static boolean isClearlyWorse(AccuracyComparison comparison, PairedTest test) {
    return test.secondBetter() < CLEARLY_WORSE_SIGNIFICANCE
        && comparison.candidateLoss() >= CLEARLY_WORSE * comparison.baselineLoss();
  }

  private static String said(AccuracyComparison comparison, PairedTest test) {
    return "MAE %s against the champion's %s on %d pairs from %d origins (Diebold-Mariano %s, p = %s)"
        .formatted(
            short4(comparison.candidate().mae().orElse(0)),
            short4(comparison.baseline().mae().orElse(0)),
            comparison.pairs(),
            comparison.origins(),
            short4(shown(test.statistic())),
            short4(test.twoSided()));
  }

  /** Four significant digits, without zeros behind. */
  private static String short4(double value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    return Math.abs(value) >= 1e-4 || value == 0 ? rounded.toPlainString() : rounded.toString();
  }

  private static double shown(double statistic) {
    return Math.clamp(statistic, -1e6, 1e6);
  }

  private static Map<String, Double> figures(AccuracyComparison comparison) {
    var figures = new LinkedHashMap<String, Double>();
    figures.put("pairs", (double) comparison.pairs());
    figures.put("origins", (double) comparison.origins());
    comparison.baseline().mae().ifPresent(v -> figures.put("champion_mae", v));
    comparison.candidate().mae().ifPresent(v -> figures.put("candidate_mae", v));
    comparison.baseline().rmse().ifPresent(v -> figures.put("champion_rmse", v));
    comparison.candidate().rmse().ifPresent(v -> figures.put("candidate_rmse", v));
    comparison.baseline().mape().ifPresent(v -> figures.put("champion_mape", v));
    comparison.candidate().mape().ifPresent(v -> figures.put("candidate_mape", v));
    comparison
        .test()
        .ifPresent(test -> {
          figures.put("dm_statistic", shown(test.statistic()));
          figures.put("p_value", test.twoSided());
        });
    return figures;
  }
}
