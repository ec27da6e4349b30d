package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.OK;
import static io.grpc.Status.Code.OUT_OF_RANGE;

/** Wrong requests to the ingest server. {@code @SERIES@} exists, {@code @NEW@} is a fresh UUID. */
final class IngestCases {
  private static final String FAR_FUTURE = "2099-01-01T00:00:00Z";
  private static final String BACKWARDS =
      "\"range\": {\"startTime\": \"2026-01-02T00:00:00Z\", \"endTime\": \"2026-01-01T00:00:00Z\"}";
  private static final String OPEN = "{\"open\": {\"writerId\": \"bad-input-@NEW@\"}}";

  private IngestCases() {}

  static void into(BadInputTable table) {
    readings(table);
    series(table);
    queries(table);
    feed(table);
    quarantine(table);
  }

  private static void quarantine(BadInputTable table) {
    var service = table.service("tidewatch.ingest.v1.QuarantineService");
    service
        .rpc("ListQuarantinedReadings")
        .invalid("unknown reason", "{\"filter\": {\"reasons\": [99]}}", "filter.reasons[0]");
    service
        .rpc("ReplayQuarantinedReadings")
        .invalid(
            "ids beside a filter",
            "{\"quarantineIds\": [1], \"filter\": {\"writerId\": \"w\"}}",
            "filter")
        .invalid("unknown reason", "{\"filter\": {\"reasons\": [99]}}", "filter.reasons[0]");
    service
        .rpc("DeleteQuarantinedReadings")
        .invalid(
            "ids beside a filter",
            "{\"quarantineIds\": [1], \"filter\": {\"writerId\": \"w\"}}",
            "filter")
        .invalid("unknown reason", "{\"filter\": {\"reasons\": [99]}}", "filter.reasons[0]");
  }

  private static String row(String series, String time, String value) {
    return "{\"rows\": [{\"series\": \"%s\", \"time\": \"%s\", \"value\": %s}]}"
        .formatted(series, time, value);
  }

  private static String batch(String sequence, String columns) {
    return "{\"batch\": {\"sequence\": %s, \"columns\": [%s]}}".formatted(sequence, columns);
  }

  private static String column(String series, String times, String values) {
    return "{\"series\": \"%s\", \"timesMicros\": [%s], \"values\": [%s]}"
        .formatted(series, times, values);
  }

  private static void readings(BadInputTable table) {
    var service = table.service("tidewatch.ingest.v1.IngestService");
    service
        .rpc("IngestReadings")
        .rejected("NaN", row("@SERIES@", "2026-01-05T00:01:00Z", "\"NaN\""), "VALUE_NOT_FINITE")
        .rejected(
            "infinite", row("@SERIES@", "2026-01-05T00:01:00Z", "\"Infinity\""), "VALUE_NOT_FINITE")
        .rejected(
            "no value",
            "{\"rows\": [{\"series\": \"@SERIES@\", \"time\": \"2026-01-05T00:01:00Z\"}]}",
            "VALUE_MISSING")
        .rejected("far-future time", row("@SERIES@", FAR_FUTURE, "1"), "TIME_IN_FUTURE")
        .rejected(
            "time finer than a microsecond",
            row("@SERIES@", "2026-01-05T00:01:00.000000001Z", "1"),
            "TIME_TOO_FINE")
        .rejected(
            "malformed series name",
            row("no such name!", "2026-01-05T00:01:00Z", "1"),
            "SERIES_NAME_INVALID")
        .rejected(
            "unknown series",
            "{\"unknownSeries\": \"UNKNOWN_SERIES_REJECT\", \"rows\": [{\"series\": \"bad/unknown\","
                + " \"time\": \"2026-01-05T00:01:00Z\", \"value\": 1}]}",
            "SERIES_UNKNOWN")
        .invalid(
            "request id that is no UUID",
            "{\"requestId\": \"seven\", \"rows\": [{\"series\": \"@SERIES@\", \"time\":"
                + " \"2026-01-05T00:01:00Z\", \"value\": 1}]}",
            "request_id")
        .refused(
            "columns of unequal length",
            "{\"columns\": [" + column("@SERIES@", "1, 2", "1") + "]}",
            INVALID_ARGUMENT,
            "BATCH_UNDECODABLE")
        .refused("too many readings", manyRows(10_001), INVALID_ARGUMENT, "BATCH_TOO_LARGE");
    service.rpc("StreamReadings").stream(
        "nothing opened", INVALID_ARGUMENT, "FIELD_INVALID", "open", batch("1", ""))
        .stream("opened twice", INVALID_ARGUMENT, "FIELD_INVALID", "open", OPEN, OPEN)
        .stream(
            "writer id with a space",
            INVALID_ARGUMENT,
            "FIELD_INVALID",
            "open.writer_id",
            "{\"open\": {\"writerId\": \"two words\"}}")
        .stream("skipped sequence", FAILED_PRECONDITION, "SEQUENCE_GAP", "", OPEN, batch("5", ""))
        .stream(
            "columns of unequal length",
            INVALID_ARGUMENT,
            "BATCH_UNDECODABLE",
            "",
            OPEN,
            batch("1", column("@SERIES@", "1, 2", "1")))
        .stream(
            "NaN",
            OK,
            "VALUE_NOT_FINITE",
            "",
            OPEN,
            batch("1", column("@SERIES@", "1767571260000000", "\"NaN\"")))
        .stream(
            "far-future time",
            OK,
            "TIME_IN_FUTURE",
            "",
            OPEN,
            batch("1", column("@SERIES@", "4070908800000000", "1")));
    service
        .rpc("GetWriter")
        .refused("unknown writer", "{\"writerId\": \"nobody\"}", NOT_FOUND, "WRITER_UNKNOWN");
    service.rpc("ListWriters").invalid("malformed token", "{\"pageToken\": \"?\"}", "page_token");
    service
        .rpc("DeleteReadings")
        .refused(
            "unknown series",
            "{\"selection\": {\"names\": [\"bad/unknown\"]}}",
            NOT_FOUND,
            "SERIES_UNKNOWN")
        .invalid("nothing selected", "{}", "selection")
        .invalid(
            "a selection beside every series",
            "{\"selection\": {\"names\": [\"@SERIES@\"]}, \"allSeries\": true}",
            "selection")
        .invalid(
            "range that ends before it starts",
            "{\"selection\": {\"names\": [\"@SERIES@\"]}, " + BACKWARDS + "}",
            "range")
        .invalid(
            "request id that is no UUID",
            "{\"selection\": {\"names\": [\"@SERIES@\"]}, \"dryRun\": true, \"requestId\": \"x\"}",
            "request_id");
  }

  private static String manyRows(int rows) {
    var one = "{\"series\": \"@SERIES@\", \"time\": \"2026-01-05T00:01:00Z\", \"value\": 1}";
    return "{\"rows\": [" + (one + ",").repeat(rows - 1) + one + "]}";
  }

  private static void series(BadInputTable table) {
    var service = table.service("tidewatch.ingest.v1.SeriesService");
    service
        .rpc("CreateSeries")
        .refused(
            "unknown unit",
            "{\"series\": {\"name\": \"bad/unit\", \"unit\": \"furlongs\"}}",
            INVALID_ARGUMENT,
            "UNIT_UNKNOWN",
            "series.unit")
        .invalid("malformed name", "{\"series\": {\"name\": \"//\"}}", "series.name")
        .invalid(
            "restart of what is no counter",
            "{\"series\": {\"name\": \"bad/rule\", \"validation\": {\"restartBelow\": 1}}}",
            "series.validation.restart_below")
        .invalid(
            "malformed label",
            "{\"series\": {\"name\": \"bad/label\", \"labels\": {\"1st\": \"x\"}}}",
            "series.labels[\"1st\"]")
        .refused(
            "name that is taken",
            "{\"series\": {\"name\": \"@SERIES@\"}}",
            ALREADY_EXISTS,
            "SERIES_EXISTS");
    service
        .rpc("GetSeries")
        .refused("unknown series", "{\"series\": \"bad/unknown\"}", NOT_FOUND, "SERIES_UNKNOWN");
    service
        .rpc("UpdateSeries")
        .refused(
            "unknown series",
            "{\"series\": {\"name\": \"bad/unknown\"}}",
            NOT_FOUND,
            "SERIES_UNKNOWN")
        .refused(
            "unknown unit",
            "{\"series\": {\"name\": \"@SERIES@\", \"unit\": \"furlongs\"}, \"updateMask\": \"unit\"}",
            INVALID_ARGUMENT,
            "UNIT_UNKNOWN",
            "series.unit")
        .refused(
            "stale etag",
            "{\"series\": {\"name\": \"@SERIES@\", \"etag\": \"0-0\", \"description\": \"x\"},"
                + " \"updateMask\": \"description\"}",
            ABORTED,
            "ETAG_STALE");
    service
        .rpc("ListSeries")
        .invalid("malformed selector", "{\"labelSelector\": \"((\"}", "label_selector");
    service.rpc("ListDevices").invalid("malformed token", "{\"pageToken\": \"?\"}", "page_token");
    service
        .rpc("DeleteSeries")
        .refused("unknown series", "{\"series\": \"bad/unknown\"}", NOT_FOUND, "SERIES_UNKNOWN")
        .refused(
            "stale etag", "{\"series\": \"@SERIES@\", \"etag\": \"0-0\"}", ABORTED, "ETAG_STALE")
        .invalid(
            "request id that is no UUID",
            "{\"series\": \"@SERIES@\", \"etag\": \"0-0\", \"requestId\": \"x\"}",
            "request_id");
  }

  private static void queries(BadInputTable table) {
    var service = table.service("tidewatch.ingest.v1.QueryService");
    var unknown = "{\"selection\": {\"names\": [\"bad/unknown\"]}}";
    service
        .rpc("QueryReadings")
        .refused("unknown series", unknown, NOT_FOUND, "SERIES_UNKNOWN")
        .invalid(
            "range that ends before it starts",
            "{\"selection\": {\"names\": [\"@SERIES@\"]}, \"range\": {\"startTime\":"
                + " \"2026-01-02T00:00:00Z\", \"endTime\": \"2026-01-01T00:00:00Z\"}}",
            "range")
        .invalid(
            "malformed resume token",
            "{\"selection\": {\"names\": [\"@SERIES@\"]}, \"resumeToken\": \"x\"}",
            "resume_token");
    service
        .rpc("GetLatestReadings")
        .invalid(
            "names beside a prefix",
            "{\"selection\": {\"names\": [\"@SERIES@\"], \"prefix\": \"x\"}}",
            "selection.names");
    service
        .rpc("QueryChanges")
        .refused(
            "unknown series",
            "{\"selection\": {\"names\": [\"bad/unknown\"]}, \"after\": {}}",
            NOT_FOUND,
            "SERIES_UNKNOWN")
        .refused(
            "commit that is not there yet",
            "{\"selection\": {}, \"after\": {}, \"through\": {\"position\": 1000000000000}}",
            OUT_OF_RANGE,
            "AS_OF_AHEAD");
    service
        .rpc("ReportDataQuality")
        .refused("unknown series", unknown, NOT_FOUND, "SERIES_UNKNOWN")
        .invalid(
            "range that ends before it starts", "{\"selection\": {}, " + BACKWARDS + "}", "range")
        .invalid("malformed token", "{\"selection\": {}, \"pageToken\": \"?\"}", "page_token");
    service
        .rpc("ExportReadings")
        .refused(
            "unknown series",
            "{\"selection\": {\"names\": [\"bad/unknown\"]}, \"format\": \"EXPORT_FORMAT_CSV\"}",
            NOT_FOUND,
            "SERIES_UNKNOWN")
        .invalid("no format", "{\"selection\": {}}", "format")
        .invalid(
            "malformed resume token",
            "{\"selection\": {}, \"format\": \"EXPORT_FORMAT_CSV\", \"resumeToken\": \"x\"}",
            "resume_token");
    aggregates(service);
  }

  private static void aggregates(BadInputTable.Service service) {
    String day =
        "\"range\": {\"startTime\": \"2026-01-01T00:00:00Z\", \"endTime\": \"2026-01-02T00:00:00Z\"}";
    String hours = "\"bucket\": \"3600s\", \"functions\": [\"BUCKET_FUNCTION_MEAN\"]";
    String known = "{\"selection\": {\"names\": [\"@SERIES@\"]}, ";
    service
        .rpc("AggregateReadings")
        .faultless(known + day + ", " + hours + "}")
        .refused(
            "unknown series",
            "{\"selection\": {\"names\": [\"bad/unknown\"]}, " + day + ", " + hours + "}",
            NOT_FOUND,
            "SERIES_UNKNOWN")
        .invalid(
            "no end of the range",
            known + "\"range\": {\"startTime\": \"2026-01-01T00:00:00Z\"}, " + hours + "}",
            "range.end_time")
        .invalid(
            "time zone that does not exist",
            known + day + ", " + hours + ", \"timeZone\": \"Mars/Base\"}",
            "time_zone")
        .invalid(
            "percentile without saying which",
            known + day + ", \"bucket\": \"60s\", \"functions\": [\"BUCKET_FUNCTION_PERCENTILE\"]}",
            "percentiles")
        .invalid(
            "too many buckets",
            known
                + "\"range\": {\"startTime\": \"1990-01-01T00:00:00Z\", \"endTime\":"
                + " \"2026-01-02T00:00:00Z\"}, \"bucket\": \"1s\", \"functions\":"
                + " [\"BUCKET_FUNCTION_MEAN\"]}",
            "bucket");
  }

  private static void feed(BadInputTable table) {
    var service = table.service("tidewatch.ingest.v1.FeedService");
    service
        .rpc("Subscribe")
        .invalid("shard that does not exist", "{\"shards\": [999]}", "shards")
        .refused(
            "token of another database",
            "{\"after\": {\"epoch\": 77, \"position\": 1}}",
            OUT_OF_RANGE,
            "FEED_TOKEN_EXPIRED")
        .refused(
            "unknown consumer",
            "{\"fromHead\": true, \"consumerId\": \"nobody\"}",
            NOT_FOUND,
            "CONSUMER_UNKNOWN");
    service.rpc("GetFeedStatus").takesAnything();
    service.rpc("LookupFeedPosition").takesAnything();
    service
        .rpc("RegisterConsumer")
        .invalid("id with a space", "{\"consumerId\": \"two words\"}", "consumer_id");
    service
        .rpc("CheckpointConsumer")
        .refused(
            "unknown consumer",
            "{\"consumerId\": \"nobody\", \"through\": {\"epoch\": 1, \"position\": 1}}",
            NOT_FOUND,
            "CONSUMER_UNKNOWN");
    service.rpc("DeleteConsumer").takesAnything();
  }
}
