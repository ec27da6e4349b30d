package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;

/** Ids of alerts as people type them. */
final class AlertIds {
  static final String DESCRIPTION = "As 'alerts list' shows them; six or more digits are enough.";

  private AlertIds() {}

  /** The id that begins so, among the newest; what is typed if there is none. */
  static String whole(Session session, String typed) {
    var request = ListAlertsRequest.newBuilder().setPageSize(1000);
    for (AlertState state : AlertState.values()) {
      if (state != AlertState.UNRECOGNIZED && state != AlertState.ALERT_STATE_UNSPECIFIED) {
        request.addStates(state);
      }
    }
    return ShortIds.whole(
        typed,
        () -> session.tidewatch().monitor().alerts().list(request.build()).map(Alert::getId));
  }
}
