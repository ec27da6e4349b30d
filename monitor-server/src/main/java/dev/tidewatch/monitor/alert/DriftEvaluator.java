package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.alert.AccuracyEvaluator.NewestPredictions;
import dev.tidewatch.monitor.drift.DriftLevel;
import dev.tidewatch.monitor.drift.DriftStore;
import dev.tidewatch.monitor.drift.DriftVerdict;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Drift by the newest verdicts, for each series and version, by its strongest. A version that
 * another one has replaced on its series is no longer judged.
 */
public final class DriftEvaluator implements ConditionEvaluator {
  private final DriftStore store;
  private final NewestPredictions newest;
  private final DeviceNames devices;

  public DriftEvaluator(DriftStore store, NewestPredictions newest, DeviceNames devices) {
    this.store = store;
    this.newest = newest;
    this.devices = devices;
  }

  @Override
  public List<Finding> evaluate(AlertRule rule, Instant now) {
    var condition = (Condition.Drift) rule.condition();
    var strongest = new LinkedHashMap<AlertLabels, DriftVerdict>();
    store
        .newest(
            rule.model().isEmpty() ? Optional.empty() : Optional.of(rule.model()),
            Optional.empty(),
            rule.seriesPattern().exact(),
            condition.strongOnly() ? DriftLevel.STRONG : DriftLevel.MODERATE)
        .stream()
        .filter(verdict -> rule.seriesPattern().matches(verdict.series()))
        .forEach(verdict -> strongest.putIfAbsent(labels(verdict), verdict));
    return strongest.entrySet().stream()
        .flatMap(entry -> finding(entry.getKey(), entry.getValue(), now).stream())
        .toList();
  }

  private AlertLabels labels(DriftVerdict verdict) {
    return new AlertLabels(
        verdict.series(),
        verdict.version().model(),
        verdict.version().version(),
        devices.deviceOf(verdict.series()),
        "");
  }

  private Optional<Finding> finding(AlertLabels labels, DriftVerdict verdict, Instant now) {
    var last = newest.of(verdict.series(), verdict.version().model());
    if (last.isPresent() && !last.get().version().equals(verdict.version().version())) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.holds(
            labels,
            "%s drift (%s of %s) of %s against what %s %s was trained on: %s"
                .formatted(
                    verdict.level() == DriftLevel.STRONG ? "Strong" : "Moderate",
                    verdict.kind().name().toLowerCase(Locale.ROOT),
                    verdict.input(),
                    verdict.series(),
                    labels.model(),
                    labels.version(),
                    verdict.reason()),
            figures(verdict),
            now));
  }

  private static Map<String, Double> figures(DriftVerdict verdict) {
    var figures = new LinkedHashMap<String, Double>();
    figures.put("samples", (double) verdict.samples());
    verdict.psi().ifPresent(v -> figures.put("psi", v));
    verdict.kolmogorovSmirnov().ifPresent(v -> figures.put("kolmogorov_smirnov", v));
    verdict.wasserstein().ifPresent(v -> figures.put("wasserstein", v));
    verdict.jensenShannon().ifPresent(v -> figures.put("jensen_shannon", v));
    return figures;
  }
}
