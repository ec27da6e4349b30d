package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.sdk.ProtoTimes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which span of time. */
final class RangeOptions {
  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "First time: now-7d, 2024-03-01, '2024-03-01 10:00', an epoch.")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Time before which to stop, written the same way.")
  private @Nullable String to;

  /** As it was typed. */
  String typed() {
    return from + " " + to;
  }

  TimeRange range(Session session) {
    Instant first = session.momentIfGiven("--from", from);
    Instant end = session.momentIfGiven("--to", to);
    if (first != null && end != null && end.isBefore(first)) {
      throw new UsageException(
          "--to: " + session.show(end) + " is before --from " + session.show(first));
    }
    var range = TimeRange.newBuilder();
    if (first != null) {
      range.setStartTime(ProtoTimes.timestamp(first));
    }
    if (end != null) {
      range.setEndTime(ProtoTimes.timestamp(end));
    }
    return range.build();
  }
}
