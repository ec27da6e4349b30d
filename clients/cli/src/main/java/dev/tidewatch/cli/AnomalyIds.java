package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyFilter;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;

/** Ids of anomalies as people type them. */
final class AnomalyIds {
  static final String DESCRIPTION =
      "As 'anomalies list' shows them; six or more digits are enough.";

  private AnomalyIds() {}

  /** The id that begins so, among the newest; what is typed if there is none. */
  static String whole(Session session, String typed) {
    var request =
        ListAnomaliesRequest.newBuilder()
            .setFilter(AnomalyFilter.newBuilder().setIncludeSuppressed(true))
            .setPageSize(1000)
            .build();
    return ShortIds.whole(
        typed, () -> session.tidewatch().monitor().listAnomalies(request).map(Anomaly::getId));
  }
}
