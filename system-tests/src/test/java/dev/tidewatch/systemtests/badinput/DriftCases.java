package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.NOT_FOUND;

/** Wrong requests to the watch for drift. */
final class DriftCases {
  /** A KLL sketch of the three doubles 1, 2 and 3. */
  private static final String SKETCH =
      "BQEPAAAECAADAAAAAAAAAAAEAQD9AwAAAAAAAAAA8D8AAAAAAAAIQAAAAAAAAAhAAAAAAAAAAEAAAAAAAADwPw==";

  private DriftCases() {}

  private static String reference(String change) {
    return ("{\"model\": \"m\", \"version\": \"1.0.0\", \"sketches\": [{\"input\": \"target\","
            + " \"hourOfWeek\": 3, \"samples\": \"3\", \"format\": \"kll-1\", \"payload\": \""
            + SKETCH
            + "\"}]}")
        .replace(
            change.substring(0, change.indexOf('>')), change.substring(change.indexOf('>') + 1));
  }

  static void into(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.DriftService");
    service
        .rpc("RegisterDriftReference")
        .faultless(reference("\"m\">\"of-bad-input\""))
        .invalid(
            "hour beyond the week",
            reference("\"hourOfWeek\": 3>\"hourOfWeek\": 168"),
            "sketches[0].hour_of_week")
        .invalid("other format", reference("kll-1>t-digest"), "sketches[0].format")
        .invalid("no sketch", reference(SKETCH + ">AAAA"), "sketches[0].payload")
        .invalid(
            "no samples", reference("\"samples\": \"3\">\"samples\": \"0\""), "sketches[0].samples")
        .invalid("no input", reference("\"target\">\"\""), "sketches[0].input");
    service
        .rpc("GetDrift")
        .refused(
            "version without reference",
            "{\"model\": \"m\", \"version\": \"9.9.9\"}",
            NOT_FOUND,
            "REFERENCE_UNKNOWN");
    service
        .rpc("ListDriftVerdicts")
        .invalid(
            "range that ends before it starts",
            "{\"range\": {\"from\": \"2026-01-02T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}}",
            "range.to");
    service
        .rpc("EstimateLoss")
        .refused(
            "nothing predicted",
            "{\"model\": \"m\", \"version\": \"9.9.9\"}",
            FAILED_PRECONDITION,
            "INSUFFICIENT_HISTORY");
  }
}
