package dev.tidewatch.inference.api;

import dev.tidewatch.inference.clients.Wire;
import dev.tidewatch.inference.detection.Reasons;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.proto.inference.v1.AnomalySeverity;
import dev.tidewatch.proto.inference.v1.DetectedAnomaly;
import dev.tidewatch.proto.inference.v1.ScoredValues;
import dev.tidewatch.timeseries.ReadingColumns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores readings for an answer. Not thread-safe. */
final class Scoring {
  private final AnomalySeverity severityMin;
  private final ScoredValues.@Nullable Builder scores;
  private final List<DetectedAnomaly> anomalies = new ArrayList<>();

  Scoring(AnomalySeverity severityMin, boolean includeScores) {
    this.severityMin = severityMin;
    this.scores = includeScores ? ScoredValues.newBuilder() : null;
  }

  void score(String series, Detector detector, ReadingColumns readings) {
    for (int row = 0; row < readings.size(); row++) {
      add(series, readings.timeMicros(row), readings.value(row), detector);
    }
  }

  private void add(String series, long timeMicros, double value, Detector detector) {
    Verdict verdict = detector.score(timeMicros, value);
    AnomalySeverity severity = severity(verdict.severity());
    if (verdict.anomaly() && severity.getNumber() >= severityMin.getNumber()) {
      anomalies.add(
          DetectedAnomaly.newBuilder()
              .setSeries(series)
              .setTime(Wire.timestamp(timeMicros))
              .setValue(value)
              .setExpected(verdict.expected())
              .setLower(verdict.lower())
              .setUpper(verdict.upper())
              .setScore(verdict.score())
              .setSeverity(severity)
              .setReason(Reasons.of(timeMicros, value, verdict))
              .build());
    }
    if (scores != null) {
      scores
          .addTimesMicros(timeMicros)
          .addValues(value)
          .addScores(verdict.score())
          .addExpected(verdict.expected())
          .addLower(verdict.lower())
          .addUpper(verdict.upper())
          .addSeverities(severity);
    }
  }

  List<DetectedAnomaly> anomalies() {
    return anomalies;
  }

  /** Null if they were not asked for. */
  @Nullable ScoredValues scores() {
    return scores == null ? null : scores.build();
  }

  static AnomalySeverity severity(Severity severity) {
    return switch (severity) {
      case NONE -> AnomalySeverity.ANOMALY_SEVERITY_UNSPECIFIED;
      case LOW -> AnomalySeverity.ANOMALY_SEVERITY_LOW;
      case MEDIUM -> AnomalySeverity.ANOMALY_SEVERITY_MEDIUM;
      case HIGH -> AnomalySeverity.ANOMALY_SEVERITY_HIGH;
      case CRITICAL -> AnomalySeverity.ANOMALY_SEVERITY_CRITICAL;
    };
  }
}
