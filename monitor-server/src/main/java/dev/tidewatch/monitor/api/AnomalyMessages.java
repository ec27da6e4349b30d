package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.AnomalyChange;
import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStatistics;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.LoggedAnomaly;
import dev.tidewatch.monitor.anomaly.SuppressionWindow;
import dev.tidewatch.proto.monitor.v1.AnomalyAction;
import dev.tidewatch.proto.monitor.v1.AnomalyGroup;
import dev.tidewatch.proto.monitor.v1.GetAnomalyStatisticsRequest;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Anomalies, in and out of their messages. */
final class AnomalyMessages {
  private AnomalyMessages() {}

  /**
   * The anomaly of a message.
   *
   * @throws InvalidArgument naming the field at fault
   */
  static Anomaly read(dev.tidewatch.proto.monitor.v1.Anomaly message) {
    if (!message.hasTime()) {
      throw InvalidArgument.field("time", "is missing; name the time of the reading");
    }
    var anomaly =
        new Anomaly(
            Wire.series("series", message.getSeries()),
            Wire.time("time", message.getTime()),
            message.getValue(),
            message.hasExpected()
                ? OptionalDouble.of(message.getExpected())
                : OptionalDouble.empty(),
            message.hasLower() ? OptionalDouble.of(message.getLower()) : OptionalDouble.empty(),
            message.hasUpper() ? OptionalDouble.of(message.getUpper()) : OptionalDouble.empty(),
            message.getScore(),
            Wire.severity("severity", message.getSeverity())
                .orElseThrow(() -> InvalidArgument.field("severity", "is missing")),
            message.getDetector(),
            message.getDetectorVersion(),
            message.getAlias(),
            message.getKind().isEmpty() ? "point" : message.getKind(),
            message.getReason(),
            message.getTuningRevision(),
            Wire.position("feed_position", message.getFeedPosition()),
            message.getTraceparent());
    String id = ContentId.toText(anomaly.id());
    if (!message.getId().isEmpty() && !message.getId().equals(id)) {
      throw InvalidArgument.field(
          "id",
          "is not that of this series, time, detector and version, which is %s; leave it empty"
              .formatted(id));
    }
    return anomaly;
  }

  static dev.tidewatch.proto.monitor.v1.Anomaly write(LoggedAnomaly logged) {
    Anomaly anomaly = logged.anomaly();
    var message =
        dev.tidewatch.proto.monitor.v1.Anomaly.newBuilder()
            .setId(ContentId.toText(logged.id()))
            .setSeries(anomaly.series().value())
            .setTime(Wire.time(anomaly.time()))
            .setValue(anomaly.value())
            .setScore(anomaly.score())
            .setSeverity(Wire.severity(anomaly.severity()))
            .setDetector(anomaly.detector())
            .setDetectorVersion(anomaly.detectorVersion())
            .setAlias(anomaly.alias())
            .setKind(anomaly.kind())
            .setReason(anomaly.reason())
            .setTuningRevision(anomaly.tuningRevision())
            .setFeedPosition(Wire.token(anomaly.feedPosition()))
            .setTraceparent(anomaly.traceparent())
            .setReportedAt(Wire.time(logged.reportedAt()))
            .setStatus(status(logged.status()))
            .setActor(logged.actor())
            .setAssignee(logged.assignee())
            .setEtag(logged.etag());
    anomaly.expected().ifPresent(message::setExpected);
    anomaly.lower().ifPresent(message::setLower);
    anomaly.upper().ifPresent(message::setUpper);
    logged
        .suppressionWindow()
        .ifPresent(id -> message.setSuppressionWindowId(ContentId.toText(id)));
    logged.actedAt().ifPresent(time -> message.setActedAt(Wire.time(time)));
    var trace = TraceParents.parse(anomaly.traceparent());
    if (trace.isValid()) {
      message.setTraceId(trace.getTraceId());
    }
    return message.build();
  }

  static dev.tidewatch.proto.monitor.v1.AnomalyChange write(AnomalyChange change) {
    return dev.tidewatch.proto.monitor.v1.AnomalyChange.newBuilder()
        .setAction(
            switch (change.action()) {
              case REPORTED -> AnomalyAction.ANOMALY_ACTION_REPORTED;
              case ACKNOWLEDGED -> AnomalyAction.ANOMALY_ACTION_ACKNOWLEDGED;
              case ASSIGNED -> AnomalyAction.ANOMALY_ACTION_ASSIGNED;
              case COMMENTED -> AnomalyAction.ANOMALY_ACTION_COMMENTED;
              case MARKED_FALSE_ALARM -> AnomalyAction.ANOMALY_ACTION_MARKED_FALSE_ALARM;
            })
        .setActor(change.actor())
        .setTime(Wire.time(change.time()))
        .setComment(change.comment())
        .setAssignee(change.assignee())
        .build();
  }

  static dev.tidewatch.proto.monitor.v1.AnomalyStatus status(AnomalyStatus status) {
    return switch (status) {
      case OPEN -> dev.tidewatch.proto.monitor.v1.AnomalyStatus.ANOMALY_STATUS_OPEN;
      case ACKNOWLEDGED -> dev.tidewatch.proto.monitor.v1.AnomalyStatus.ANOMALY_STATUS_ACKNOWLEDGED;
      case FALSE_ALARM -> dev.tidewatch.proto.monitor.v1.AnomalyStatus.ANOMALY_STATUS_FALSE_ALARM;
    };
  }

  static AnomalyFilter filter(dev.tidewatch.proto.monitor.v1.AnomalyFilter filter) {
    return new AnomalyFilter(
        Wire.text("filter.series", filter.getSeries())
            .map(name -> Wire.series("filter.series", name).value()),
        Wire.text("filter.series_prefix", filter.getSeriesPrefix()),
        Wire.severity("filter.severity_min", filter.getSeverityMin()),
        filter.getStatusesList().stream()
            .map(status ->
                switch (status) {
                  case ANOMALY_STATUS_OPEN -> AnomalyStatus.OPEN;
                  case ANOMALY_STATUS_ACKNOWLEDGED -> AnomalyStatus.ACKNOWLEDGED;
                  case ANOMALY_STATUS_FALSE_ALARM -> AnomalyStatus.FALSE_ALARM;
                  case ANOMALY_STATUS_UNSPECIFIED, UNRECOGNIZED ->
                      throw Wire.unknownEnum("filter.statuses");
                })
            .collect(Collectors.toSet()),
        Wire.text("filter.detector", filter.getDetector()),
        Wire.text("filter.detector_version", filter.getDetectorVersion()),
        Wire.text("filter.assignee", filter.getAssignee()),
        filter.getIncludeSuppressed());
  }

  static AnomalyStatistics.Question statistics(
      GetAnomalyStatisticsRequest request, int groupsSkipped, int groupsMax) {
    var range = Wire.bounds("range", request.getRange());
    return new AnomalyStatistics.Question(
        filter(request.getFilter()),
        range.from(),
        range.to(),
        request.getGroupByList().stream()
            .map(dimension ->
                switch (dimension) {
                  case ANOMALY_DIMENSION_SERIES -> AnomalyStatistics.Dimension.SERIES;
                  case ANOMALY_DIMENSION_DETECTOR -> AnomalyStatistics.Dimension.DETECTOR;
                  case ANOMALY_DIMENSION_SEVERITY -> AnomalyStatistics.Dimension.SEVERITY;
                  case ANOMALY_DIMENSION_STATUS -> AnomalyStatistics.Dimension.STATUS;
                  case ANOMALY_DIMENSION_HOUR -> AnomalyStatistics.Dimension.HOUR;
                  case ANOMALY_DIMENSION_DAY -> AnomalyStatistics.Dimension.DAY;
                  case ANOMALY_DIMENSION_UNSPECIFIED, UNRECOGNIZED ->
                      throw Wire.unknownEnum("group_by");
                })
            .collect(Collectors.toSet()),
        groupsSkipped,
        groupsMax);
  }

  static AnomalyGroup write(AnomalyStatistics.Group group) {
    var message =
        AnomalyGroup.newBuilder()
            .setAnomalies(group.anomalies())
            .setFalseAlarms(group.falseAlarms())
            .setPerDay(group.perDay());
    group.series().ifPresent(message::setSeries);
    group
        .detector()
        .ifPresent(by -> message.setDetector(by.model()).setDetectorVersion(by.version()));
    group.severity().ifPresent(severity -> message.setSeverity(Wire.severity(severity)));
    group.status().ifPresent(status -> message.setStatus(status(status)));
    group.start().ifPresent(start -> message.setStart(Wire.time(start)));
    return message.build();
  }

  static dev.tidewatch.proto.monitor.v1.SuppressionWindow write(SuppressionWindow window) {
    return dev.tidewatch.proto.monitor.v1.SuppressionWindow.newBuilder()
        .setId(ContentId.toText(window.id()))
        .setSeriesPattern(window.seriesPattern())
        .setRange(Wire.range(window.from(), window.to()))
        .setReason(window.reason())
        .setActor(window.actor())
        .setCreatedAt(Wire.time(window.createdAt()))
        .build();
  }
}
