package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.NOT_FOUND;

/** Targets of deliveries and dead letters. */
final class DeliveryCases {
  private static final String NO_ID = "00000000000000000000000000000000";
  private static final String TARGET =
      "\"target\": {\"name\": \"bad-input\", \"url\": \"http://127.0.0.1:9/alerts\","
          + " \"format\": \"DELIVERY_FORMAT_JSON\", \"disabled\": true}";
  private static final String CREATE =
      "{\"requestId\": \"5a0b6a4e-6a39-4d5e-9d0c-6f2b9a1c7d11\", " + TARGET + "}";

  private DeliveryCases() {}

  static void into(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.AlertService");
    service
        .rpc("CreateDeliveryTarget")
        .faultless(CREATE)
        .invalid("neither http nor https", CREATE.replace("http:", "ftp:"), "target.url")
        .invalid("a user in the URL", CREATE.replace("http://", "http://me:x@"), "target.url")
        .invalid(
            "unknown label",
            CREATE.replace("\"disabled\"", "\"matchers\": [{\"label\": \"colour\"}], \"disabled\""),
            "matchers.label");
    service
        .rpc("UpdateDeliveryTarget")
        .faultless("{" + TARGET + "}")
        .refused(
            "unknown target",
            "{" + TARGET.replace("bad-input", "nobody") + "}",
            NOT_FOUND,
            "TARGET_UNKNOWN")
        .invalid("no http URL", "{" + TARGET.replace("http:", "ftp:") + "}", "target.url");
    service
        .rpc("DeleteDeliveryTarget")
        .refused("unknown target", "{\"name\": \"nobody\"}", NOT_FOUND, "TARGET_UNKNOWN");
    service.rpc("ListDeliveryTargets");
    service
        .rpc("TestDeliveryTarget")
        .refused("unknown target", "{\"name\": \"nobody\"}", NOT_FOUND, "TARGET_UNKNOWN");
    service.rpc("ListDeadLetters");
    service
        .rpc("RetryDeadLetters")
        .invalid("malformed id", "{\"deliveryIds\": [\"7\"]}", "delivery_ids[0]")
        .refused(
            "unknown id", "{\"deliveryIds\": [\"" + NO_ID + "\"]}", NOT_FOUND, "DELIVERY_UNKNOWN");
  }
}
