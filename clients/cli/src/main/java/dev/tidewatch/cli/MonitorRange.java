package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.sdk.ProtoTimes;
import org.jspecify.annotations.Nullable;

/** Spans of time as the monitor takes them. */
final class MonitorRange {
  private MonitorRange() {}

  /**
   * The span that was given instead of a length of time up to now; null if none was.
   *
   * @param window the length, if it was given
   */
  static dev.tidewatch.proto.monitor.v1.@Nullable TimeRange insteadOf(
      @Nullable String window, RangeOptions options, Session session) {
    TimeRange given = options.range(session);
    if (!given.hasStartTime() && !given.hasEndTime()) {
      return null;
    }
    if (window != null) {
      throw new UsageException("--window: give it, or --from and --to");
    }
    if (!given.hasStartTime()) {
      throw new UsageException("--from: missing; --to needs one");
    }
    return of(
        given.hasEndTime()
            ? given
            : given.toBuilder()
                .setEndTime(ProtoTimes.timestamp(session.moment("--to", "now")))
                .build());
  }

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
