package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import java.util.List;

/** Ids of alerts as people type them. */
final class AlertIds {
  private static final int SHORTEST = 6;
  private static final int WHOLE = 32;
  private static final int SEARCHED_MAX = 10_000;

  private AlertIds() {}

  /** The id that begins so, among the newest; what is typed if there is none. */
  static String whole(Session session, String typed) {
    if (typed.length() < SHORTEST || typed.length() >= WHOLE) {
      return typed;
    }
    var request = ListAlertsRequest.newBuilder().setPageSize(1000);
    for (AlertState state : AlertState.values()) {
      if (state != AlertState.UNRECOGNIZED && state != AlertState.ALERT_STATE_UNSPECIFIED) {
        request.addStates(state);
      }
    }
    List<String> found =
        session
            .tidewatch()
            .monitor()
            .alerts()
            .list(request.build())
            .limit(SEARCHED_MAX)
            .map(Alert::getId)
            .filter(id -> id.startsWith(typed))
            .toList();
    if (found.size() > 1) {
      throw new UsageException("ID: " + typed + " begins several: " + String.join(", ", found));
    }
    return found.isEmpty() ? typed : found.getFirst();
  }
}
