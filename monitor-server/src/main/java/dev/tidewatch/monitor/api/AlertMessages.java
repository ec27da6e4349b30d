package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.AlertRule;
import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.alert.AlertTransition;
import dev.tidewatch.monitor.alert.Condition;
import dev.tidewatch.monitor.alert.Condition.Measure;
import dev.tidewatch.monitor.alert.LabelMatcher;
import dev.tidewatch.monitor.alert.SeriesPattern;
import dev.tidewatch.monitor.alert.Silence;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.proto.monitor.v1.AccuracyCondition;
import dev.tidewatch.proto.monitor.v1.AccuracyMeasure;
import dev.tidewatch.proto.monitor.v1.AnomalyCondition;
import dev.tidewatch.proto.monitor.v1.DriftCondition;
import dev.tidewatch.proto.monitor.v1.HealthCondition;
import dev.tidewatch.proto.monitor.v1.ServerCondition;
import dev.tidewatch.proto.monitor.v1.StalenessCondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rules, alerts, transitions and silences, in and out of their messages. */
final class AlertMessages {
  private AlertMessages() {}

  /**
   * The rule of a message.
   *
   * @throws InvalidArgument naming the field at fault
   */
  static AlertRule read(dev.tidewatch.proto.monitor.v1.AlertRule message) {
    return new AlertRule(
        message.getName(),
        new SeriesPattern(message.getSeriesPattern()),
        message.getModel(),
        condition(message),
        Wire.severity("rule.severity", message.getSeverity())
            .orElseThrow(() ->
                InvalidArgument.field("rule.severity", "is missing; say how bad its alerts are")),
        duration("rule.hold", message.getHold()),
        duration("rule.resolve_after", message.getResolveAfter()),
        duration("rule.cool_down", message.getCoolDown()),
        message.getFlapsPerHourMax(),
        message.getGroupByList(),
        message.getInhibitedByList(),
        message.getAdvice(),
        message.getDisabled(),
        0);
  }

  private static Condition condition(dev.tidewatch.proto.monitor.v1.AlertRule message) {
    return switch (message.getConditionCase()) {
      case ACCURACY -> {
        AccuracyCondition c = message.getAccuracy();
        yield new Condition.Accuracy(
            measure(c.getMeasure()),
            c.getLimit(),
            c.getLevel(),
            duration("rule.accuracy.trailing", c.getTrailing()),
            c.getPairsMin());
      }
      case DRIFT -> new Condition.Drift(message.getDrift().getStrongOnly());
      case ANOMALY -> {
        AnomalyCondition c = message.getAnomaly();
        yield new Condition.Anomalies(
            Wire.severity("rule.anomaly.severity_min", c.getSeverityMin()).orElse(Severity.LOW),
            c.getAnomaliesMin(),
            duration("rule.anomaly.trailing", c.getTrailing()));
      }
      case STALENESS ->
          new Condition.Staleness(
              duration("rule.staleness.silent_for", message.getStaleness().getSilentFor()));
      case HEALTH -> new Condition.Health(message.getHealth().getLimit());
      case SERVER -> new Condition.Server(message.getServer().getServer());
      case CONDITION_NOT_SET ->
          throw InvalidArgument.field(
              "rule.condition",
              "is missing; set one of accuracy, drift, anomaly, staleness, health, server");
    };
  }

  private static Measure measure(AccuracyMeasure measure) {
    return switch (measure) {
      case ACCURACY_MEASURE_MAE -> Measure.MAE;
      case ACCURACY_MEASURE_RMSE -> Measure.RMSE;
      case ACCURACY_MEASURE_MAPE -> Measure.MAPE;
      case ACCURACY_MEASURE_SMAPE -> Measure.SMAPE;
      case ACCURACY_MEASURE_MASE -> Measure.MASE;
      case ACCURACY_MEASURE_SKILL -> Measure.SKILL;
      case ACCURACY_MEASURE_COVERAGE_ERROR -> Measure.COVERAGE_ERROR;
      case ACCURACY_MEASURE_UNSPECIFIED ->
          throw InvalidArgument.field("rule.accuracy.measure", "is missing");
      case UNRECOGNIZED -> throw Wire.unknownEnum("rule.accuracy.measure");
    };
  }

  private static Duration duration(String field, com.google.protobuf.Duration message) {
    Duration duration = Wire.duration(message);
    if (!duration.truncatedTo(ChronoUnit.MICROS).equals(duration)) {
      throw InvalidArgument.field(field, "is finer than a microsecond; round it before sending");
    }
    return duration;
  }

  static dev.tidewatch.proto.monitor.v1.AlertRule write(AlertRule rule) {
    var message =
        dev.tidewatch.proto.monitor.v1.AlertRule.newBuilder()
            .setName(rule.name())
            .setSeriesPattern(rule.seriesPattern().text())
            .setModel(rule.model())
            .setSeverity(Wire.severity(rule.severity()))
            .setHold(Wire.duration(rule.hold()))
            .setResolveAfter(Wire.duration(rule.resolveAfter()))
            .setCoolDown(Wire.duration(rule.coolDown()))
            .setFlapsPerHourMax(rule.flapsPerHourMax())
            .addAllGroupBy(rule.groupBy())
            .addAllInhibitedBy(rule.inhibitedBy())
            .setAdvice(rule.advice())
            .setDisabled(rule.disabled())
            .setEtag(rule.etag());
    switch (rule.condition()) {
      case Condition.Accuracy c ->
          message.setAccuracy(
              AccuracyCondition.newBuilder()
                  .setMeasure(measure(c.measure()))
                  .setLimit(c.limit())
                  .setLevel(c.level())
                  .setTrailing(Wire.duration(c.trailing()))
                  .setPairsMin(c.pairsMin()));
      case Condition.Drift c ->
          message.setDrift(DriftCondition.newBuilder().setStrongOnly(c.strongOnly()));
      case Condition.Anomalies c ->
          message.setAnomaly(
              AnomalyCondition.newBuilder()
                  .setSeverityMin(Wire.severity(c.severityMin()))
                  .setAnomaliesMin(c.anomaliesMin())
                  .setTrailing(Wire.duration(c.trailing())));
      case Condition.Staleness c ->
          message.setStaleness(
              StalenessCondition.newBuilder().setSilentFor(Wire.duration(c.silentFor())));
      case Condition.Health c ->
          message.setHealth(HealthCondition.newBuilder().setLimit(c.limit()));
      case Condition.Server c ->
          message.setServer(ServerCondition.newBuilder().setServer(c.server()));
    }
    return message.build();
  }

  private static AccuracyMeasure measure(Measure measure) {
    return switch (measure) {
      case MAE -> AccuracyMeasure.ACCURACY_MEASURE_MAE;
      case RMSE -> AccuracyMeasure.ACCURACY_MEASURE_RMSE;
      case MAPE -> AccuracyMeasure.ACCURACY_MEASURE_MAPE;
      case SMAPE -> AccuracyMeasure.ACCURACY_MEASURE_SMAPE;
      case MASE -> AccuracyMeasure.ACCURACY_MEASURE_MASE;
      case SKILL -> AccuracyMeasure.ACCURACY_MEASURE_SKILL;
      case COVERAGE_ERROR -> AccuracyMeasure.ACCURACY_MEASURE_COVERAGE_ERROR;
    };
  }

  /** An alert as it is now, with the silences that hold back its delivery. */
  static dev.tidewatch.proto.monitor.v1.Alert write(Alert alert, List<UUID> silenceIds) {
    var message =
        dev.tidewatch.proto.monitor.v1.Alert.newBuilder()
            .setId(ContentId.toText(alert.id()))
            .setRule(alert.rule())
            .setSeverity(Wire.severity(alert.severity()))
            .setState(state(alert.state()))
            .putAllLabels(alert.labels().asMap())
            .setSummary(alert.summary())
            .putAllFigures(alert.figures())
            .setAdvice(alert.advice())
            .setPendingSince(Wire.time(alert.pendingSince()))
            .setOccurrences(alert.occurrences())
            .setFlapping(alert.flapping())
            .setActor(alert.actor())
            .setEtag(alert.etag());
    alert.firingSince().ifPresent(time -> message.setFiringSince(Wire.time(time)));
    alert.resolvedAt().ifPresent(time -> message.setResolvedAt(Wire.time(time)));
    alert.anomalyIds().reversed().forEach(id -> message.addAnomalyIds(ContentId.toText(id)));
    silenceIds.forEach(id -> message.addSilenceIds(ContentId.toText(id)));
    var trace = TraceParents.parse(alert.traceparent());
    if (trace.isValid()) {
      message.setTraceId(trace.getTraceId());
    }
    return message.build();
  }

  static dev.tidewatch.proto.monitor.v1.AlertTransition write(AlertTransition transition) {
    var message =
        dev.tidewatch.proto.monitor.v1.AlertTransition.newBuilder()
            .setAlertId(ContentId.toText(transition.alertId()))
            .setTo(state(transition.to()))
            .setTime(Wire.time(transition.time()))
            .setActor(transition.actor())
            .setReason(transition.reason());
    transition.from().ifPresent(from -> message.setFrom(state(from)));
    return message.build();
  }

  private static dev.tidewatch.proto.monitor.v1.AlertState state(AlertState state) {
    return switch (state) {
      case PENDING -> dev.tidewatch.proto.monitor.v1.AlertState.ALERT_STATE_PENDING;
      case FIRING -> dev.tidewatch.proto.monitor.v1.AlertState.ALERT_STATE_FIRING;
      case ACKNOWLEDGED -> dev.tidewatch.proto.monitor.v1.AlertState.ALERT_STATE_ACKNOWLEDGED;
      case RESOLVED -> dev.tidewatch.proto.monitor.v1.AlertState.ALERT_STATE_RESOLVED;
    };
  }

  /** Empty for an unspecified state. */
  static Optional<AlertState> state(String field, dev.tidewatch.proto.monitor.v1.AlertState state) {
    return switch (state) {
      case ALERT_STATE_UNSPECIFIED -> Optional.empty();
      case ALERT_STATE_PENDING -> Optional.of(AlertState.PENDING);
      case ALERT_STATE_FIRING -> Optional.of(AlertState.FIRING);
      case ALERT_STATE_ACKNOWLEDGED -> Optional.of(AlertState.ACKNOWLEDGED);
      case ALERT_STATE_RESOLVED -> Optional.of(AlertState.RESOLVED);
      case UNRECOGNIZED -> throw Wire.unknownEnum(field);
    };
  }

  static List<LabelMatcher> matchers(List<dev.tidewatch.proto.monitor.v1.LabelMatcher> messages) {
    return messages.stream()
        .map(message -> new LabelMatcher(message.getLabel(), message.getPattern()))
        .toList();
  }

  static dev.tidewatch.proto.monitor.v1.LabelMatcher write(LabelMatcher matcher) {
    return dev.tidewatch.proto.monitor.v1.LabelMatcher.newBuilder()
        .setLabel(matcher.label())
        .setPattern(matcher.pattern())
        .build();
  }

  static dev.tidewatch.proto.monitor.v1.Silence write(Silence silence) {
    var message =
        dev.tidewatch.proto.monitor.v1.Silence.newBuilder()
            .setId(ContentId.toText(silence.id()))
            .setRange(Wire.range(silence.from(), silence.to()))
            .setActor(silence.actor())
            .setReason(silence.reason());
    silence.matchers().forEach(matcher -> message.addMatchers(write(matcher)));
    return message.build();
  }
}
