package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.accuracy.AccuracyDimension;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.alert.Condition.Accuracy;
import dev.tidewatch.monitor.alert.Condition.Measure;
import dev.tidewatch.monitor.alert.Finding.Outcome;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Accuracy of what callers got from the champion, for each series and version, over the trailing
 * window. A version that another one has replaced on its series is no longer judged.
 */
public final class AccuracyEvaluator implements ConditionEvaluator {
  private static final int GROUPS_PER_PAGE = 1_000;
  private static final double LEVEL_TOLERANCE = 1e-9;

  /** Knows who predicts a series now. */
  @FunctionalInterface
  public interface NewestPredictions {
    /** The champion's newest prediction of a series by a model. */
    Optional<NewestPrediction> of(String series, String model);
  }

  /**
   * Who made it.
   *
   * @param traceparent may be empty
   */
  public record NewestPrediction(String version, String traceparent) {}

  private final AccuracyStore store;
  private final NewestPredictions newest;
  private final DeviceNames devices;

  public AccuracyEvaluator(AccuracyStore store, NewestPredictions newest, DeviceNames devices) {
    this.store = store;
    this.newest = newest;
    this.devices = devices;
  }

  @Override
  public List<Finding> evaluate(AlertRule rule, Instant now) {
    var condition = (Accuracy) rule.condition();
    var filter =
        new PredictionFilter(
            rule.seriesPattern().exact(),
            rule.seriesPattern().prefix(),
            rule.model().isEmpty() ? Optional.empty() : Optional.of(rule.model()),
            Optional.empty(),
            Optional.empty(),
            Optional.of(PredictionRole.CHAMPION),
            Optional.empty());
    var findings = new ArrayList<Finding>();
    for (int skipped = 0; ; skipped += GROUPS_PER_PAGE) {
      List<AccuracyGroup> groups =
          store.answer(
              new AccuracyQuestion(
                  filter,
                  now.minus(condition.trailingInForce()),
                  now,
                  Set.of(AccuracyDimension.SERIES, AccuracyDimension.VERSION),
                  skipped,
                  GROUPS_PER_PAGE));
      groups.stream()
          .limit(GROUPS_PER_PAGE)
          .forEach(group -> finding(condition, group, now).ifPresent(findings::add));
      if (groups.size() <= GROUPS_PER_PAGE) {
        return findings;
      }
    }
  }

  private Optional<Finding> finding(Accuracy condition, AccuracyGroup group, Instant now) {
    String series = group.series().orElseThrow();
    ModelVersion version = group.version().orElseThrow();
    AccuracyFigures figures = group.figures();
    var labels =
        new AlertLabels(series, version.model(), version.version(), devices.deviceOf(series), "");
    OptionalDouble value = value(condition, figures);
    if (figures.pairs() == 0) {
      return Optional.empty();
    }
    if (figures.pairs() < condition.pairsMinInForce() || value.isEmpty()) {
      return Optional.of(Finding.undecided(labels, now));
    }
    if (!isBeyond(condition, value.getAsDouble())) {
      return Optional.empty();
    }
    Optional<NewestPrediction> last = newest.of(series, version.model());
    if (last.isPresent() && !last.get().version().equals(version.version())) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            labels,
            Outcome.HOLDS,
            summary(condition, labels, value.getAsDouble(), figures.pairs()),
            told(condition, value.getAsDouble(), figures),
            last.map(NewestPrediction::traceparent).orElse(""),
            now,
            Optional.empty(),
            List.of()));
  }

  private static OptionalDouble value(Accuracy condition, AccuracyFigures figures) {
    return switch (condition.measure()) {
      case MAE -> figures.mae();
      case RMSE -> figures.rmse();
      case MAPE -> figures.mape();
      case SMAPE -> figures.smape();
      case MASE -> figures.mase();
      case SKILL -> figures.skill();
      case COVERAGE_ERROR ->
          figures.intervals().stream()
              .filter(i -> Math.abs(i.level() - condition.levelInForce()) < LEVEL_TOLERANCE)
              .mapToDouble(i -> i.coverage() - i.level())
              .findFirst();
    };
  }

  private static boolean isBeyond(Accuracy condition, double value) {
    return switch (condition.measure()) {
      case SKILL -> value < condition.limit();
      case COVERAGE_ERROR -> Math.abs(value) > condition.limit();
      case MAE, RMSE, MAPE, SMAPE, MASE -> value > condition.limit();
    };
  }

  private static Map<String, Double> told(
      Accuracy condition, double value, AccuracyFigures figures) {
    var told = new LinkedHashMap<String, Double>();
    told.put(name(condition.measure()), value);
    told.put("limit", condition.limit());
    told.put("pairs", (double) figures.pairs());
    figures.mae().ifPresent(v -> told.putIfAbsent("mae", v));
    figures.mape().ifPresent(v -> told.putIfAbsent("mape", v));
    figures.skill().ifPresent(v -> told.putIfAbsent("skill", v));
    for (IntervalFigures interval : figures.intervals()) {
      told.putIfAbsent("coverage_" + FigureText.of(interval.level()), interval.coverage());
    }
    return told;
  }

  private static String summary(Accuracy condition, AlertLabels labels, double value, long pairs) {
    String who = labels.model() + " " + labels.version() + " on " + labels.series();
    String window =
        "over the last %s, from %d pairs."
            .formatted(AlertLife.words(condition.trailingInForce()), pairs);
    String text = FigureText.of(value);
    String limit = FigureText.of(condition.limit());
    return switch (condition.measure()) {
      case SKILL ->
          "Skill of %s against seasonal naive is %s, below %s, %s"
              .formatted(who, text, limit, window);
      case COVERAGE_ERROR ->
          "Coverage of %s is off its level %s by %s points, more than %s, %s"
              .formatted(
                  who,
                  FigureText.of(condition.levelInForce()),
                  FigureText.of(100 * value),
                  FigureText.of(100 * condition.limit()),
                  window);
      case MAPE, SMAPE ->
          "%s of %s is %s %%, above %s %%, %s"
              .formatted(word(condition.measure()), who, text, limit, window);
      case MAE, RMSE, MASE ->
          "%s of %s is %s, above %s, %s"
              .formatted(word(condition.measure()), who, text, limit, window);
    };
  }

  private static String word(Measure measure) {
    return measure == Measure.SMAPE ? "sMAPE" : measure.name();
  }

  private static String name(Measure measure) {
    return switch (measure) {
      case MAE -> "mae";
      case RMSE -> "rmse";
      case MAPE -> "mape";
      case SMAPE -> "smape";
      case MASE -> "mase";
      case SKILL -> "skill";
      case COVERAGE_ERROR -> "coverage_error";
    };
  }
}
