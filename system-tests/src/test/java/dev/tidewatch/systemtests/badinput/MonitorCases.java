package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;

/** Wrong requests to the monitor. */
final class MonitorCases {
  private static final String NO_ID = "0".repeat(32);

  private MonitorCases() {}

  static void into(BadInputTable table) {
    ledger(table);
    anomalies(table);
    AlertCases.into(table);
    FeedbackCases.into(table);
    DecisionCases.into(table);
    var accuracy = table.service("tidewatch.monitor.v1.AccuracyService");
    DecisionCases.comparison(accuracy);
    accuracy
        .rpc("GetAccuracy")
        .invalid("window of no length", "{\"trailing\": \"0s\"}", "trailing")
        .invalid(
            "range that ends before it starts",
            "{\"range\": {\"from\": \"2026-01-02T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}}",
            "range.to")
        .invalid("unknown grouping", "{\"trailing\": \"60s\", \"groupBy\": [99]}", "group_by[0]");
    table
        .service("tidewatch.monitor.v1.AccuracyService")
        .rpc("GetAccuracyTrend")
        .invalid(
            "no end",
            "{\"range\": {\"from\": \"2026-01-01T00:00:00Z\"}, \"bucket\": \"3600s\"}",
            "range.to")
        .invalid(
            "too many buckets",
            "{\"range\": {\"from\": \"2025-01-01T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"},"
                + " \"bucket\": \"60s\"}",
            "bucket");
    DeliveryCases.into(table);
    laterServices(table);
  }

  private static String prediction(String change) {
    return ("{\"predictions\": [{\"series\": \"@SERIES@\", \"grid\": {\"step\": \"3600s\"},"
            + " \"model\": \"m\", \"version\": \"1.0.0\", \"origin\": \"2026-01-05T00:00:00Z\","
            + " \"means\": [1.0]}]}")
        .replace(
            change.substring(0, change.indexOf('>')), change.substring(change.indexOf('>') + 1));
  }

  private static void ledger(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.LedgerService");
    service
        .rpc("RecordPredictions")
        .rejected("NaN", prediction("[1.0]>[\"NaN\"]"), "VALUE_NOT_FINITE")
        .rejected(
            "time finer than a microsecond",
            prediction("T00:00:00Z>T00:00:00.000000001Z"),
            "TIME_TOO_FINE")
        .rejected("no series", prediction("@SERIES@>"), "FIELD_INVALID")
        .rejected("no steps", prediction("[1.0]>[]"), "FIELD_INVALID");
    service
        .rpc("GetPrediction")
        .refused("unknown id", "{\"id\": \"" + NO_ID + "\"}", NOT_FOUND, "PREDICTION_UNKNOWN");
    service
        .rpc("ListPredictions")
        .invalid("unknown role", "{\"filter\": {\"role\": 99}}", "filter.role");
    service
        .rpc("ListOutcomes")
        .faultless("{\"filter\": {\"series\": \"@SERIES@\"}}")
        .invalid("no series", "{\"filter\": {}}", "filter.series");
    service.rpc("GetLedgerStatus").takesAnything();
  }

  private static String anomaly(String change) {
    return ("{\"anomalies\": [{\"series\": \"@SERIES@\", \"time\": \"2026-01-05T00:00:00Z\","
            + " \"value\": 1.0, \"score\": 5.0, \"severity\": \"SEVERITY_HIGH\","
            + " \"detector\": \"d\", \"detectorVersion\": \"1.0.0\"}]}")
        .replace(
            change.substring(0, change.indexOf('>')), change.substring(change.indexOf('>') + 1));
  }

  private static void anomalies(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.AnomalyService");
    var unknown = "{\"id\": \"" + NO_ID + "\", \"actor\": \"test\"}";
    service
        .rpc("ReportAnomalies")
        .rejected("NaN", anomaly("1.0,>\"NaN\","), "VALUE_NOT_FINITE")
        .rejected(
            "time finer than a microsecond",
            anomaly("T00:00:00Z>T00:00:00.000000001Z"),
            "TIME_TOO_FINE")
        .rejected("no series", anomaly("@SERIES@>"), "FIELD_INVALID")
        .rejected("no severity", anomaly("SEVERITY_HIGH>SEVERITY_UNSPECIFIED"), "FIELD_INVALID");
    service
        .rpc("ListAnomalies")
        .invalid("unknown severity", "{\"filter\": {\"severityMin\": 99}}", "filter.severity_min");
    service
        .rpc("GetAnomaly")
        .refused("unknown id", "{\"id\": \"" + NO_ID + "\"}", NOT_FOUND, "ANOMALY_UNKNOWN")
        .invalid("malformed id", "{\"id\": \"7\"}", "id");
    service
        .rpc("AcknowledgeAnomaly")
        .refused("unknown id", unknown, NOT_FOUND, "ANOMALY_UNKNOWN")
        .invalid("no actor", "{\"id\": \"" + NO_ID + "\"}", "actor");
    service
        .rpc("WatchAnomalies")
        .refused(
            "malformed resume token",
            "{\"resumeToken\": \"x\"}",
            INVALID_ARGUMENT,
            "FIELD_INVALID",
            "resume_token");
    FeedbackCases.onAnomalies(service, unknown);
  }

  private static void laterServices(BadInputTable table) {
    DriftCases.into(table);
    AnalyticsCases.into(table);
    RetrainCases.into(table);
  }
}
