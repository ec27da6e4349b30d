package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.TimeRange;

/** Spans of time as the monitor takes them. */
final class MonitorRange {
  private MonitorRange() {}

  static dev.tidewatch.proto.monitor.v1.TimeRange of(TimeRange range) {
    var message = dev.tidewatch.proto.monitor.v1.TimeRange.newBuilder();
    if (range.hasStartTime()) {
      message.setFrom(range.getStartTime());
    }
    if (range.hasEndTime()) {
      message.setTo(range.getEndTime());
    }
    return message.build();
  }
}
