package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;

/** Wrong requests about alerts. */
final class AlertCases {
  private static final String NO_ID = "0".repeat(32);
  private static final String REQUEST = "6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f";

  private AlertCases() {}

  static void into(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.AlertService");
    rules(service);
    alerts(service);
    silences(service);
  }

  private static String rule(String more) {
    return """
    {"requestId": "%s", "rule": {"name": "bad-input", "severity": "SEVERITY_LOW", %s}}\
    """
        .formatted(REQUEST, more);
  }

  private static void rules(BadInputTable.Service service) {
    service
        .rpc("CreateAlertRule")
        .invalid(
            "several anomalies in no time",
            rule("\"anomaly\": {\"anomaliesMin\": 2}"),
            "rule.anomaly.trailing")
        .invalid("unknown label", rule("\"drift\": {}, \"groupBy\": [\"colour\"]"), "rule.group_by")
        .invalid(
            "inhibited by itself",
            rule("\"drift\": {}, \"inhibitedBy\": [\"bad-input\"]"),
            "rule.inhibited_by")
        .invalid("unknown server", rule("\"server\": {\"server\": \"x\"}"), "rule.server.server")
        .invalid(
            "finer than a microsecond",
            rule("\"drift\": {}, \"hold\": \"1.000000001s\""),
            "rule.hold");
    service
        .rpc("UpdateAlertRule")
        .refused(
            "unknown rule",
            "{\"rule\": {\"name\": \"bad-input\", \"severity\": \"SEVERITY_LOW\", \"drift\": {},"
                + " \"etag\": \"1\"}}",
            NOT_FOUND,
            "RULE_UNKNOWN")
        .invalid(
            "no etag",
            "{\"rule\": {\"name\": \"bad-input\", \"severity\": \"SEVERITY_LOW\", \"drift\": {}}}",
            "rule.etag");
    service
        .rpc("DeleteAlertRule")
        .refused("unknown rule", "{\"name\": \"bad-input\"}", NOT_FOUND, "RULE_UNKNOWN");
    service
        .rpc("GetAlertRule")
        .refused("unknown rule", "{\"name\": \"bad-input\"}", NOT_FOUND, "RULE_UNKNOWN");
    service.rpc("ListAlertRules").takesAnything();
  }

  private static void alerts(BadInputTable.Service service) {
    var unknown = "{\"id\": \"" + NO_ID + "\", \"actor\": \"test\"}";
    service
        .rpc("ListAlerts")
        .invalid("unknown severity", "{\"severityMin\": 99}", "severity_min")
        .invalid(
            "range that ends before it starts",
            "{\"range\": {\"from\": \"2026-01-02T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}}",
            "range.to");
    service
        .rpc("GetAlert")
        .refused("unknown id", "{\"id\": \"" + NO_ID + "\"}", NOT_FOUND, "ALERT_UNKNOWN")
        .invalid("malformed id", "{\"id\": \"7\"}", "id");
    service
        .rpc("AcknowledgeAlert")
        .refused("unknown id", unknown, NOT_FOUND, "ALERT_UNKNOWN")
        .invalid("no actor", "{\"id\": \"" + NO_ID + "\"}", "actor");
    service
        .rpc("ResolveAlert")
        .refused("unknown id", unknown, NOT_FOUND, "ALERT_UNKNOWN")
        .invalid("no actor", "{\"id\": \"" + NO_ID + "\"}", "actor");
    service.rpc("ListAlertTransitions").invalid("malformed id", "{\"alertId\": \"7\"}", "alert_id");
    service
        .rpc("WatchAlerts")
        .refused(
            "malformed resume token",
            "{\"resumeToken\": \"x\"}",
            INVALID_ARGUMENT,
            "FIELD_INVALID",
            "resume_token");
  }

  private static String silence(String label, String to) {
    return """
    {"requestId": "%s", "matchers": [{"label": "%s", "pattern": "hq/*"}], "actor": "test",
     "range": {"from": "2026-01-02T00:00:00Z", "to": "%s"}, "reason": "test"}\
    """
        .formatted(REQUEST, label, to);
  }

  private static void silences(BadInputTable.Service service) {
    service
        .rpc("CreateSilence")
        .invalid("unknown label", silence("colour", "2026-01-03T00:00:00Z"), "matchers.label")
        .invalid("empty range", silence("series", "2026-01-02T00:00:00Z"), "range.to");
    service
        .rpc("ExpireSilence")
        .refused(
            "unknown id",
            "{\"id\": \"" + NO_ID + "\", \"actor\": \"test\"}",
            NOT_FOUND,
            "SILENCE_UNKNOWN");
    service.rpc("ListSilences").takesAnything();
  }
}
