package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.AnomalyFilter;
import dev.tidewatch.proto.monitor.v1.AnomalyStatus;
import dev.tidewatch.proto.monitor.v1.Severity;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which anomalies. */
final class AnomalyOptions {
  @Option(
      names = "--series",
      paramLabel = "NAME",
      description = "Of this series; of all that begin so if it ends in *.")
  private @Nullable String series;

  @Option(
      names = "--severity",
      paramLabel = "LEAST",
      description = "This and worse: low, medium, high or critical (low).")
  private String severity = "low";

  @Option(names = "--open", description = "Only those that nobody has acknowledged or dismissed.")
  private boolean open;

  @Option(names = "--detector", paramLabel = "MODEL", description = "Only those of this detector.")
  private String detector = "";

  @Option(names = "--assignee", paramLabel = "NAME", description = "Only those given to NAME.")
  private String assignee = "";

  @Option(names = "--suppressed", description = "Also those in maintenance windows.")
  private boolean suppressed;

  AnomalyFilter filter() {
    var filter =
        AnomalyFilter.newBuilder()
            .setDetector(detector)
            .setAssignee(assignee)
            .setIncludeSuppressed(suppressed)
            .setSeverityMin(
                SeriesCreateCommand.constant(Severity.class, "SEVERITY_", "--severity", severity));
    if (series != null && series.endsWith("*")) {
      filter.setSeriesPrefix(series.substring(0, series.length() - 1));
    } else if (series != null) {
      filter.setSeries(series);
    }
    if (open) {
      filter.addStatuses(AnomalyStatus.ANOMALY_STATUS_OPEN);
    }
    return filter.build();
  }
}
