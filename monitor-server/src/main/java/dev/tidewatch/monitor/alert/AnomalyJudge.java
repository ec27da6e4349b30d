package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.alert.AlertJournal.ReportTimes;
import dev.tidewatch.monitor.alert.Condition.Anomalies;
import dev.tidewatch.monitor.alert.Finding.Outcome;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.AnomalyAction;
import dev.tidewatch.monitor.anomaly.AnomalyStore.ChangedAnomaly;
import dev.tidewatch.monitor.anomaly.LoggedAnomaly;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Judges a piece of the anomaly log by the rules about anomalies. Windows are counted by the time
 * of the report, so that late readings alert as well as others. Thread-safe.
 */
final class AnomalyJudge {
  private final DeviceNames devices;

  AnomalyJudge(DeviceNames devices) {
    this.devices = devices;
  }

  /** One judgement for each rule and each detector version on a series, if the condition holds. */
  List<Judgement> judge(List<ChangedAnomaly> changes, List<AlertRule> rules, ReportTimes times) {
    List<LoggedAnomaly> reported =
        changes.stream()
            .filter(changed -> changed.change().action() == AnomalyAction.REPORTED)
            .map(ChangedAnomaly::anomaly)
            .filter(logged -> !logged.isSuppressed())
            .toList();
    var judgements = new ArrayList<Judgement>();
    for (AlertRule rule : rules) {
      if (rule.condition() instanceof Anomalies condition) {
        byLabels(rule, condition, reported)
            .forEach((labels, found) ->
                finding(condition, labels, found, times)
                    .ifPresent(finding -> judgements.add(new Judgement(rule, finding))));
      }
    }
    return judgements;
  }

  private Map<AlertLabels, List<LoggedAnomaly>> byLabels(
      AlertRule rule, Anomalies condition, List<LoggedAnomaly> reported) {
    var found = new LinkedHashMap<AlertLabels, List<LoggedAnomaly>>();
    for (LoggedAnomaly logged : reported) {
      Anomaly anomaly = logged.anomaly();
      String series = anomaly.series().value();
      if (anomaly.severity().compareTo(condition.severityMin()) >= 0
          && rule.seriesPattern().matches(series)
          && (rule.model().isEmpty() || rule.model().equals(anomaly.detector()))) {
        found
            .computeIfAbsent(
                new AlertLabels(
                    series,
                    anomaly.detector(),
                    anomaly.detectorVersion(),
                    devices.deviceOf(series),
                    ""),
                labels -> new ArrayList<>())
            .add(logged);
      }
    }
    return found;
  }

  private static Optional<Finding> finding(
      Anomalies condition, AlertLabels labels, List<LoggedAnomaly> found, ReportTimes times) {
    int least = condition.anomaliesMinInForce();
    Duration trailing = condition.trailingInForce();
    LoggedAnomaly newest = found.getLast();
    if (least == 1) {
      return Optional.of(
          finding(condition, labels, found, 1, newest.reportedAt(), newest.reportedAt()));
    }
    List<Instant> reports =
        times
            .newest(
                labels.series(),
                labels.model(),
                labels.version(),
                condition.severityMin(),
                newest.reportedAt(),
                least + found.size())
            .reversed();
    // The newest anomaly that completes a window decides to when the condition holds.
    for (int i = reports.size() - 1; i >= least - 1; i--) {
      Instant first = reports.get(i - least + 1);
      if (first.isAfter(reports.get(i).minus(trailing))) {
        int inWindow = least;
        while (i - inWindow >= 0
            && reports.get(i - inWindow).isAfter(reports.get(i).minus(trailing))) {
          inWindow++;
        }
        return Optional.of(finding(condition, labels, found, inWindow, newest.reportedAt(), first));
      }
    }
    return Optional.empty();
  }

  private static Finding finding(
      Anomalies condition,
      AlertLabels labels,
      List<LoggedAnomaly> found,
      int inWindow,
      Instant at,
      Instant windowFrom) {
    Anomaly newest = found.getLast().anomaly();
    var figures = new LinkedHashMap<String, Double>();
    figures.put("score", newest.score());
    figures.put("value", newest.value());
    newest.expected().ifPresent(v -> figures.put("expected", v));
    newest.lower().ifPresent(v -> figures.put("lower", v));
    newest.upper().ifPresent(v -> figures.put("upper", v));
    figures.put("anomalies", (double) inWindow);
    return new Finding(
        labels,
        Outcome.HOLDS,
        summary(condition, labels, newest, inWindow),
        figures,
        newest.traceparent(),
        at,
        Optional.of(windowFrom.plus(condition.trailingInForce())),
        found.stream().map(LoggedAnomaly::id).toList());
  }

  private static String summary(
      Anomalies condition, AlertLabels labels, Anomaly newest, int inWindow) {
    var text = new StringBuilder();
    if (condition.anomaliesMinInForce() > 1) {
      text.append(inWindow)
          .append(" anomalies within ")
          .append(AlertLife.words(condition.trailingInForce()))
          .append("; the newest: ");
    }
    text.append(labels.series())
        .append(" was ")
        .append(FigureText.of(newest.value()))
        .append(" at ")
        .append(newest.time());
    newest.expected().ifPresent(v -> text.append(", expected ").append(FigureText.of(v)));
    text.append(", ")
        .append(newest.severity().name().toLowerCase(Locale.ROOT))
        .append(" by ")
        .append(labels.model())
        .append(' ')
        .append(labels.version())
        .append(" (score ")
        .append(FigureText.of(newest.score()))
        .append(").");
    if (!newest.reason().isEmpty()) {
      text.append(' ').append(newest.reason());
    }
    return text.toString();
  }
}
