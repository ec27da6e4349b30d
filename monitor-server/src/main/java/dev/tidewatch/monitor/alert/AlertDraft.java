package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.alert.AlertLife.Move;
import dev.tidewatch.monitor.anomaly.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** An alert while its next state is being decided. For one thread and one decision. */
final class AlertDraft {
  private final UUID id;
  private final String rule;
  private final AlertLabels labels;
  private final Severity severity;
  private final String advice;
  private final String traceparent;
  private final List<Move> moves = new ArrayList<>();
  private Optional<AlertState> state;
  private String summary = "";
  private Map<String, Double> figures = Map.of();
  private Instant pendingSince;
  private Optional<Instant> firingSince = Optional.empty();
  private Optional<Instant> resolvedAt = Optional.empty();
  private Optional<Instant> overSince = Optional.empty();
  private Optional<Instant> conditionUntil = Optional.empty();
  private List<UUID> anomalyIds = List.of();
  private int occurrences;
  private boolean flapping;
  private String actor = "";
  private int revision;

  /** One that has just begun and has no state yet. */
  AlertDraft(AlertRule rule, Finding finding, String before, String traceparent) {
    this.id =
        ContentId.of(
            "alert",
            ContentId.toText(Alert.subject(rule.name(), finding.labels())),
            finding.at().toString(),
            before);
    this.rule = rule.name();
    this.labels = finding.labels();
    this.severity = rule.severity();
    this.advice = rule.advice();
    this.traceparent = traceparent;
    this.state = Optional.empty();
    this.pendingSince = finding.at();
    tell(finding);
  }

  AlertDraft(Alert alert) {
    this.id = alert.id();
    this.rule = alert.rule();
    this.labels = alert.labels();
    this.severity = alert.severity();
    this.advice = alert.advice();
    this.traceparent = alert.traceparent();
    this.state = Optional.of(alert.state());
    this.summary = alert.summary();
    this.figures = alert.figures();
    this.pendingSince = alert.pendingSince();
    this.firingSince = alert.firingSince();
    this.resolvedAt = alert.resolvedAt();
    this.overSince = alert.overSince();
    this.conditionUntil = alert.conditionUntil();
    this.anomalyIds = alert.anomalyIds();
    this.occurrences = alert.occurrences();
    this.flapping = alert.flapping();
    this.actor = alert.actor();
    this.revision = alert.revision();
  }

  /** Takes over why, and counts the occurrence. */
  void tell(Finding finding) {
    summary = finding.summary();
    figures = finding.figures();
    occurrences += Math.max(1, finding.anomalyIds().size());
    if (!finding.anomalyIds().isEmpty()) {
      var all = new ArrayList<>(anomalyIds);
      all.addAll(finding.anomalyIds());
      anomalyIds = all.subList(Math.max(0, all.size() - Alert.ANOMALIES_MAX), all.size());
    }
    finding
        .until()
        .filter(until -> conditionUntil.isEmpty() || until.isAfter(conditionUntil.get()))
        .ifPresent(until -> conditionUntil = Optional.of(until));
  }

  /** Takes over why, for an occurrence that is counted already. */
  void tellAgain(Finding finding) {
    summary = finding.summary();
    figures = finding.figures();
  }

  void beginAgain(Instant at) {
    pendingSince = at;
  }

  void over(Optional<Instant> since) {
    overSince = since;
  }

  void flapping(boolean now) {
    flapping = now;
  }

  void acknowledgedBy(String person) {
    actor = person;
  }

  /** Makes a transition. */
  void move(AlertState to, Instant at, String by, String reason) {
    moves.add(new Move(state, to, at, by, reason));
    state = Optional.of(to);
    revision++;
    if (to == AlertState.FIRING && firingSince.isEmpty()) {
      firingSince = Optional.of(at);
    }
    if (to == AlertState.RESOLVED) {
      resolvedAt = Optional.of(at);
      flapping = false;
    }
  }

  Alert alert() {
    return new Alert(
        id,
        rule,
        labels,
        severity,
        state.orElseThrow(() -> new IllegalStateException("an alert without a state")),
        summary,
        figures,
        advice,
        traceparent,
        pendingSince,
        firingSince,
        resolvedAt,
        overSince,
        conditionUntil,
        anomalyIds,
        occurrences,
        flapping,
        actor,
        revision);
  }

  List<Move> moves() {
    return List.copyOf(moves);
  }
}
