package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.NOT_FOUND;

/** Wrong requests about feedback, maintenance windows, tuning and health. */
final class FeedbackCases {
  private static final String NO_ID = "0".repeat(32);
  private static final String RANGE =
      "{\"from\": \"2026-01-01T00:00:00Z\", \"to\": \"2026-01-02T00:00:00Z\"}";

  private FeedbackCases() {}

  static void into(BadInputTable table) {
    tunings(table);
    health(table);
  }

  static void onAnomalies(BadInputTable.Service service, String unknown) {
    service
        .rpc("AssignAnomaly")
        .refused("unknown id", unknown, NOT_FOUND, "ANOMALY_UNKNOWN")
        .invalid("no actor", "{\"id\": \"" + NO_ID + "\"}", "actor");
    service
        .rpc("CommentAnomaly")
        .refused(
            "unknown id",
            ("{\"id\": \"%s\", \"actor\": \"test\", \"comment\": \"c\","
                    + " \"requestId\": \"6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e5f\"}")
                .formatted(NO_ID),
            NOT_FOUND,
            "ANOMALY_UNKNOWN")
        .invalid(
            "no request id",
            "{\"id\": \"" + NO_ID + "\", \"actor\": \"test\", \"comment\": \"c\"}",
            "request_id");
    service
        .rpc("MarkFalseAlarm")
        .refused("unknown id", unknown, NOT_FOUND, "ANOMALY_UNKNOWN")
        .invalid("no actor", "{\"id\": \"" + NO_ID + "\"}", "actor");
    service
        .rpc("GetAnomalyStatistics")
        .faultless("{\"range\": " + RANGE + "}")
        .invalid("no range", "{}", "range")
        .invalid("open range", "{\"range\": {\"from\": \"2026-01-01T00:00:00Z\"}}", "range.to");
    service
        .rpc("CreateSuppressionWindow")
        .invalid("no pattern", window("hq/*>"), "series_pattern")
        .invalid("a pattern that no name has", window("hq/*>hq//*"), "series_pattern")
        .invalid("empty range", window("2026-01-02T00:00:00Z>2026-01-01T00:00:00Z"), "range")
        .invalid("no reason", window("filters>"), "reason");
    service.rpc("ListSuppressionWindows").takesAnything();
    service
        .rpc("DeleteSuppressionWindow")
        .refused("unknown id", unknown, NOT_FOUND, "SUPPRESSION_WINDOW_UNKNOWN")
        .invalid("malformed id", "{\"id\": \"7\", \"actor\": \"test\"}", "id");
  }

  private static String window(String change) {
    return ("{\"seriesPattern\": \"hq/*\", \"range\": "
            + RANGE
            + ", \"reason\": \"filters\", \"actor\": \"test\","
            + " \"requestId\": \"6f1f6b0e-0d0e-4a52-9a6b-0a1b2c3d4e60\"}")
        .replace(
            change.substring(0, change.indexOf('>')), change.substring(change.indexOf('>') + 1));
  }

  private static void tunings(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.TuningService");
    var nothing = "{\"series\": \"@SERIES@\", \"model\": \"none\", \"version\": \"1.0.0\"}";
    service.rpc("WatchTuning").takesAnything();
    service.rpc("ListTunings").takesAnything();
    service
        .rpc("GetTuning")
        .refused("untuned", nothing, NOT_FOUND, "TUNING_UNKNOWN")
        .invalid("no model", "{\"series\": \"a\", \"version\": \"1.0.0\"}", "model");
    service
        .rpc("ResetTuning")
        .refused("untuned", nothing, NOT_FOUND, "TUNING_UNKNOWN")
        .invalid("no model", "{\"series\": \"a\", \"version\": \"1.0.0\"}", "model");
    service
        .rpc("SetTuning")
        .invalid(
            "a factor of 0", "{\"tuning\": " + nothing + ", \"reason\": \"r\"}", "threshold_factor")
        .invalid("no tuning", "{\"reason\": \"r\"}", "tuning");
  }

  private static void health(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.HealthScoreService");
    var nobody = "\"kind\": \"SUBJECT_KIND_DEVICE\", \"subject\": \"nobody\"";
    service
        .rpc("GetHealthScore")
        .refused("unknown device", "{" + nobody + "}", NOT_FOUND, "SUBJECT_UNKNOWN")
        .invalid("no kind", "{\"subject\": \"nobody\"}", "kind");
    service
        .rpc("ListHealthScores")
        .invalid("a score beyond 100", "{\"scoreMax\": 101}", "score_max");
    service
        .rpc("GetHealthTrend")
        .refused(
            "unknown device",
            "{" + nobody + ", \"range\": " + RANGE + "}",
            NOT_FOUND,
            "SUBJECT_UNKNOWN")
        .invalid("no range", "{" + nobody + "}", "range")
        .invalid(
            "a bucket of a second",
            "{" + nobody + ", \"range\": " + RANGE + ", \"bucket\": \"1s\"}",
            "bucket");
  }
}
