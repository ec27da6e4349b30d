package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.QuarantineFilter;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which rejected readings. */
final class QuarantineOptions {
  @Option(
      names = "--series",
      paramLabel = "PREFIX",
      description = "Of series whose names begin so.")
  private String series = "";

  @Option(
      names = "--reason",
      split = ",",
      paramLabel = "REASON",
      description = "Rejected for this: value-out-of-range, time-in-future, duplicate, …")
  private List<String> reasons = new ArrayList<>();

  @Option(names = "--writer", paramLabel = "ID", description = "Sent by this writer.")
  private String writer = "";

  /** When they were rejected. */
  @Mixin private final RangeOptions range = new RangeOptions();

  QuarantineFilter filter(Session session) {
    var filter =
        QuarantineFilter.newBuilder()
            .setSeriesPrefix(
                series.endsWith("*") ? series.substring(0, series.length() - 1) : series)
            .setWriterId(writer);
    for (String reason : reasons) {
      filter.addReasons(
          SeriesCreateCommand.constant(RejectReason.class, "REJECT_REASON_", "--reason", reason));
    }
    var rejected = range.range(session);
    if (rejected.hasStartTime() || rejected.hasEndTime()) {
      filter.setRejectRange(rejected);
    }
    return filter.build();
  }
}
