package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.health.HealthPart;
import dev.tidewatch.monitor.health.HealthScore;
import dev.tidewatch.monitor.health.HealthStore;
import dev.tidewatch.monitor.health.HealthStore.ScoreCursor;
import dev.tidewatch.monitor.health.SubjectKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Health below the limit, by the newest scores. A rule that names a model is about that model, one
 * with a pattern of series about those series, one with neither about models, series and devices.
 */
public final class HealthEvaluator implements ConditionEvaluator {
  private static final int SCORES_PER_PAGE = 1_000;

  private final HealthStore store;
  private final DeviceNames devices;

  public HealthEvaluator(HealthStore store, DeviceNames devices) {
    this.store = store;
    this.devices = devices;
  }

  @Override
  public List<Finding> evaluate(AlertRule rule, Instant now) {
    double limit = ((Condition.Health) rule.condition()).limit();
    var filter = new HealthStore.Filter(kind(rule), prefix(rule), limit);
    var findings = new ArrayList<Finding>();
    Optional<ScoreCursor> after = Optional.empty();
    do {
      Page<HealthScore, ScoreCursor> page = store.page(filter, after, SCORES_PER_PAGE);
      for (HealthScore score : page.items()) {
        if (score.score() < limit && covers(rule, score)) {
          findings.add(finding(score, limit, now));
        }
      }
      after = page.next();
    } while (after.isPresent());
    return findings;
  }

  private static Optional<SubjectKind> kind(AlertRule rule) {
    if (!rule.model().isEmpty()) {
      return Optional.of(SubjectKind.MODEL);
    }
    return rule.seriesPattern().text().isEmpty()
        ? Optional.empty()
        : Optional.of(SubjectKind.SERIES);
  }

  /** What every subject begins with that the rule is about; empty if there is nothing such. */
  private static Optional<String> prefix(AlertRule rule) {
    return rule.model().isEmpty()
        ? rule.seriesPattern().exact().or(rule.seriesPattern()::prefix)
        : Optional.of(rule.model());
  }

  private static boolean covers(AlertRule rule, HealthScore score) {
    return switch (score.kind()) {
      case MODEL -> rule.model().isEmpty() || rule.model().equals(score.subject());
      case SERIES -> rule.seriesPattern().matches(score.subject());
      case DEVICE -> true;
    };
  }

  private Finding finding(HealthScore score, double limit, Instant now) {
    String subject = score.subject();
    AlertLabels labels =
        switch (score.kind()) {
          case MODEL -> new AlertLabels("", subject, "", "", "");
          case SERIES -> AlertLabels.ofSeries(subject, devices.deviceOf(subject));
          case DEVICE -> new AlertLabels("", "", "", subject, "");
        };
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("health", score.score());
    figures.put("limit", limit);
    for (HealthPart part : score.parts()) {
      figures.put(part.kind().name().toLowerCase(Locale.ROOT), part.score());
    }
    String worst =
        score.parts().stream()
            .max(Comparator.comparingDouble(part -> part.weight() * (100 - part.score())))
            .map(part -> " " + part.reason())
            .orElse("");
    String advice = score.recommendation().isEmpty() ? "" : " " + score.recommendation();
    return Finding.holds(
        labels,
        "Health of %s %s is %s, below %s.%s%s"
            .formatted(
                score.kind().name().toLowerCase(Locale.ROOT),
                subject,
                FigureText.of(score.score()),
                FigureText.of(limit),
                worst,
                advice),
        figures,
        now);
  }
}
