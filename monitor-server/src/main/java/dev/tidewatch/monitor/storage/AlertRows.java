package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ALERT_TRANSITION;

import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.AlertLabels;
import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.alert.AlertTransition;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.monitor.storage.jooq.tables.records.AlertRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Record;

/** Alerts and their transitions, in and out of their rows. */
final class AlertRows {
  private AlertRows() {}

  static AlertRecord record(Alert alert, Optional<Instant> dueAt) {
    AlertLabels labels = alert.labels();
    var row = new AlertRecord();
    row.setAlertId(alert.id());
    row.setSubject(alert.subject());
    row.setRule(alert.rule());
    row.setSeverity((short) alert.severity().code());
    row.setState((short) alert.state().code());
    row.setSeries(labels.series());
    row.setModel(labels.model());
    row.setVersion(labels.version());
    row.setDevice(labels.device());
    row.setServer(labels.server());
    row.setSummary(alert.summary());
    row.setFigureNames(alert.figures().keySet().toArray(String[]::new));
    row.setFigureValues(alert.figures().values().toArray(Double[]::new));
    row.setAdvice(alert.advice());
    row.setTraceparent(alert.traceparent());
    row.setPendingSince(alert.pendingSince());
    row.setFiringSince(alert.firingSince().orElse(null));
    row.setResolvedAt(alert.resolvedAt().orElse(null));
    row.setOverSince(alert.overSince().orElse(null));
    row.setConditionUntil(alert.conditionUntil().orElse(null));
    row.setDueAt(dueAt.orElse(null));
    row.setAnomalyIds(alert.anomalyIds().toArray(UUID[]::new));
    row.setOccurrences(alert.occurrences());
    row.setFlapping(alert.flapping());
    row.setActor(alert.actor());
    row.setRevision(alert.revision());
    return row;
  }

  static Alert alert(AlertRecord row) {
    return new Alert(
        row.getAlertId(),
        row.getRule(),
        new AlertLabels(
            row.getSeries(), row.getModel(), row.getVersion(), row.getDevice(), row.getServer()),
        Severity.ofCode(row.getSeverity()),
        AlertState.ofCode(row.getState()),
        row.getSummary(),
        figures(row),
        row.getAdvice(),
        row.getTraceparent(),
        row.getPendingSince(),
        Optional.ofNullable(row.getFiringSince()),
        Optional.ofNullable(row.getResolvedAt()),
        Optional.ofNullable(row.getOverSince()),
        Optional.ofNullable(row.getConditionUntil()),
        List.of(row.getAnomalyIds()),
        row.getOccurrences(),
        row.getFlapping(),
        row.getActor(),
        row.getRevision());
  }

  private static Map<String, Double> figures(AlertRecord row) {
    var figures = new LinkedHashMap<String, Double>();
    for (int i = 0; i < row.getFigureNames().length; i++) {
      figures.put(row.getFigureNames()[i], row.getFigureValues()[i]);
    }
    return figures;
  }

  static AlertTransition transition(Record row) {
    return new AlertTransition(
        row.get(ALERT_TRANSITION.POSITION),
        row.get(ALERT_TRANSITION.ALERT_ID),
        Optional.ofNullable(row.get(ALERT_TRANSITION.FROM_STATE)).map(AlertState::ofCode),
        AlertState.ofCode(row.get(ALERT_TRANSITION.TO_STATE)),
        row.get(ALERT_TRANSITION.CHANGED_AT),
        row.get(ALERT_TRANSITION.ACTOR),
        row.get(ALERT_TRANSITION.REASON));
  }
}
