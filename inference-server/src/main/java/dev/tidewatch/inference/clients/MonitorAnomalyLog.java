package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.detection.AnomalyLog;
import dev.tidewatch.inference.detection.Finding;
import dev.tidewatch.inference.detection.Found;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesResponse;
import dev.tidewatch.proto.monitor.v1.Severity;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link AnomalyLog} by the monitor. */
public final class MonitorAnomalyLog implements AnomalyLog {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorAnomalyLog.class);

  private final AnomalyServiceGrpc.AnomalyServiceBlockingStub anomalies;
  private final Duration longest;

  public MonitorAnomalyLog(Channel monitor, Duration longest) {
    this.anomalies = AnomalyServiceGrpc.newBlockingStub(monitor);
    this.longest = longest;
  }

  @Override
  public void report(List<Finding> findings) {
    var request =
        ReportAnomaliesRequest.newBuilder()
            .addAllAnomalies(findings.stream().map(MonitorAnomalyLog::anomaly).toList())
            .build();
    try {
      ReportAnomaliesResponse response =
          Deadlines.limit(anomalies, longest).reportAnomalies(request);
      response
          .getRejectedList()
          .forEach(rejected ->
              LOG.error(
                  "the monitor refused the anomaly {}: {} {}",
                  findings.get(rejected.getIndex()),
                  rejected.getReason(),
                  rejected.getMessage()));
    } catch (StatusRuntimeException e) {
      throw RemoteErrors.of("the monitor", "MONITOR_UNAVAILABLE", e);
    }
  }

  private static Anomaly anomaly(Finding finding) {
    Found found = finding.found();
    var anomaly =
        Anomaly.newBuilder()
            .setSeries(finding.series())
            .setTime(Wire.timestamp(found.timeMicros()))
            .setValue(found.value())
            .setScore(found.score())
            .setSeverity(severity(found.severity()))
            .setDetector(finding.detector().model())
            .setDetectorVersion(finding.detector().version())
            .setAlias(finding.alias())
            .setKind(found.kind())
            .setReason(found.reason())
            .setFeedPosition(Wire.token(finding.position()))
            .setTraceparent(finding.traceparent())
            .setTuningRevision(finding.tuningRevision());
    if (found.expected() != null) {
      anomaly
          .setExpected(found.expected().value())
          .setLower(found.expected().lower())
          .setUpper(found.expected().upper());
    }
    return anomaly.build();
  }

  private static Severity severity(dev.tidewatch.models.detection.Severity severity) {
    return switch (severity) {
      case NONE, LOW -> Severity.SEVERITY_LOW;
      case MEDIUM -> Severity.SEVERITY_MEDIUM;
      case HIGH -> Severity.SEVERITY_HIGH;
      case CRITICAL -> Severity.SEVERITY_CRITICAL;
    };
  }
}
