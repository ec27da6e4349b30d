package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyFilter;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import java.util.List;

/** Ids of anomalies as people type them. */
final class AnomalyIds {
  static final String DESCRIPTION =
      "As 'anomalies list' shows them; six or more digits are enough.";

  private static final int SHORTEST = 6;
  private static final int SEARCHED_MAX = 10_000;

  private AnomalyIds() {}

  /** The id that begins so, among the newest. */
  static String whole(Session session, String typed) {
    if (typed.length() < SHORTEST || typed.length() >= 32) {
      return typed;
    }
    var request =
        ListAnomaliesRequest.newBuilder()
            .setFilter(AnomalyFilter.newBuilder().setIncludeSuppressed(true))
            .setPageSize(1000)
            .build();
    List<String> found =
        session
            .tidewatch()
            .monitor()
            .listAnomalies(request)
            .limit(SEARCHED_MAX)
            .map(Anomaly::getId)
            .filter(id -> id.startsWith(typed))
            .toList();
    if (found.size() > 1) {
      throw new UsageException("ID: " + typed + " begins several: " + String.join(", ", found));
    }
    return found.isEmpty() ? typed : found.getFirst();
  }
}
