package dev.tidewatch.monitor;

import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.CreateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of alerts ask of a monitor. */
abstract class AlertsOverGrpc extends MonitorOverGrpc {
  AlertServiceGrpc.AlertServiceBlockingStub alerts;

  @BeforeEach
  void connect() {
    alerts = AlertServiceGrpc.newBlockingStub(channel.channel());
  }

  AlertRule create(AlertRule.Builder rule) {
    return alerts
        .createAlertRule(
            CreateAlertRuleRequest.newBuilder()
                .setRule(rule)
                .setRequestId(UUID.randomUUID().toString())
                .build())
        .getRule();
  }

  List<Alert> listed(AlertState... states) {
    return alerts
        .listAlerts(
            ListAlertsRequest.newBuilder().addAllStates(List.of(states)).setPageSize(1000).build())
        .getAlertsList();
  }

  Alert alert(String what, AlertState state) throws Exception {
    Eventually.holds(what, () -> !listed(state).isEmpty());
    return listed(state).getFirst();
  }
}
