package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;

/** Wrong questions about energy and plant. */
final class AnalyticsCases {
  private static final String RANGE =
      "\"range\": {\"from\": \"2026-01-01T00:00:00Z\", \"to\": \"2026-01-02T00:00:00Z\"}";
  private static final String SERIES = "\"series\": \"@SERIES@\", ";
  private static final String NOBODY = "\"series\": \"no/such/series\", ";

  private AnalyticsCases() {}

  static void into(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.AnalyticsService");
    service
        .rpc("GetConsumption")
        .refused("unknown series", json(NOBODY + RANGE), NOT_FOUND, "SERIES_UNKNOWN")
        .invalid(
            "too many buckets",
            json(
                SERIES
                    + RANGE.replace("2026-01-01", "2000-01-01")
                    + ", \"bucket\": \"CONSUMPTION_BUCKET_HOUR\""),
            "range")
        .invalid(
            "open range",
            json(SERIES + "\"range\": {\"from\": \"2026-01-01T00:00:00Z\"}"),
            "range.to")
        .invalid("unknown bucket", json(SERIES + RANGE + ", \"bucket\": 99"), "bucket")
        .refused(
            "time finer than a microsecond",
            json(SERIES + RANGE.replace("T00:00:00Z", "T00:00:00.000000001Z")),
            INVALID_ARGUMENT,
            "TIME_TOO_FINE",
            "range.from")
        .invalid("unknown zone", json(SERIES + RANGE + ", \"timeZone\": \"Mars\""), "time_zone");
    service
        .rpc("GetDemand")
        .refused("unknown series", json(NOBODY + RANGE), NOT_FOUND, "SERIES_UNKNOWN")
        .invalid("part of a second", json(SERIES + RANGE + ", \"interval\": \"0.5s\""), "interval");
    service
        .rpc("GetEfficiency")
        .refused("unknown series", json(NOBODY + RANGE), NOT_FOUND, "SERIES_UNKNOWN")
        .invalid(
            "open baseline",
            json(SERIES + RANGE + ", \"baselineRange\": {}"),
            "baseline_range.from");
    service
        .rpc("GetRunTime")
        .refused("unknown series", json(NOBODY + RANGE), NOT_FOUND, "SERIES_UNKNOWN")
        .invalid("NaN", json(SERIES + RANGE + ", \"threshold\": \"NaN\""), "threshold");
    service
        .rpc("GetCorrelation")
        .refused(
            "unknown series",
            json("\"series\": [\"@SERIES@\", \"no/such/series\"], " + RANGE),
            NOT_FOUND,
            "SERIES_UNKNOWN")
        .invalid("one series", json("\"series\": [\"@SERIES@\"], " + RANGE), "series");
    var devices = "\"devices\": [\"nobody\", \"none\"], ";
    service
        .rpc("CompareDevices")
        .refused(
            "unknown device",
            json(devices + RANGE + ", \"measure\": \"DEVICE_MEASURE_CONSUMPTION\""),
            NOT_FOUND,
            "DEVICE_UNKNOWN")
        .invalid("no measure", json(devices + RANGE), "measure");
    service
        .rpc("ExportAnalytics")
        .invalid(
            "no format", json("\"runTime\": {" + SERIES + RANGE + ", \"threshold\": 1}"), "format")
        .refused(
            "unknown series",
            json(
                "\"format\": \"EXPORT_FORMAT_CSV\", \"runTime\": {"
                    + NOBODY
                    + RANGE
                    + ", \"threshold\": 1}"),
            NOT_FOUND,
            "SERIES_UNKNOWN");
  }

  private static String json(String fields) {
    return "{" + fields + "}";
  }
}
