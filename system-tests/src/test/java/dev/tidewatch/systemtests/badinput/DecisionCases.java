package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.NOT_FOUND;

/** Wrong requests about trials, decisions and comparisons. */
final class DecisionCases {
  private static final String ID = "\"id\": \"" + "0".repeat(32) + "\"";
  private static final String BY_ANN = ID + ", \"actor\": \"ann\", \"reason\": \"by hand\"";
  private static final String REQUEST_ID =
      "\"requestId\": \"11111111-1111-4111-8111-111111111111\"";
  private static final String BACKWARDS =
      "\"range\": {\"from\": \"2026-01-02T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}";

  private DecisionCases() {}

  static void into(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.DecisionService");
    service
        .rpc("ListDecisions")
        .invalid("range that ends before it starts", "{" + BACKWARDS + "}", "range.to")
        .invalid("unknown kind", "{\"kind\": 99}", "kind");
    service
        .rpc("GetDecision")
        .refused("unknown id", "{" + ID + "}", NOT_FOUND, "DECISION_UNKNOWN")
        .invalid("malformed id", "{\"id\": \"7\"}", "id");
    service
        .rpc("ExplainModel")
        .refused("unknown model", "{\"model\": \"no-such\"}", NOT_FOUND, "MODEL_UNKNOWN")
        .invalid(
            "range that ends before it starts",
            "{\"model\": \"m\", " + BACKWARDS + "}",
            "range.to");
    service
        .rpc("RevertDecision")
        .refused(
            "unknown id", "{" + BY_ANN + ", " + REQUEST_ID + "}", NOT_FOUND, "DECISION_UNKNOWN")
        .invalid("no request id", "{" + BY_ANN + "}", "request_id")
        .invalid("no actor", "{" + ID + ", \"reason\": \"x\", " + REQUEST_ID + "}", "actor");
    service
        .rpc("ApproveTrial")
        .refused("unknown id", "{" + BY_ANN + "}", NOT_FOUND, "TRIAL_UNKNOWN")
        .invalid("no actor", "{" + ID + "}", "actor");
    service
        .rpc("GetTrial")
        .refused("unknown id", "{" + ID + "}", NOT_FOUND, "TRIAL_UNKNOWN")
        .invalid("malformed id", "{\"id\": \"7\"}", "id");
    service.rpc("ListTrials").invalid("unknown state", "{\"state\": 99}", "state");
    service
        .rpc("AbortTrial")
        .refused("unknown id", "{" + BY_ANN + "}", NOT_FOUND, "TRIAL_UNKNOWN")
        .invalid("no reason", "{" + ID + ", \"actor\": \"ann\"}", "reason");
  }

  /** Of the accuracy service. */
  static void comparison(BadInputTable.Service service) {
    String versions =
        "\"model\": \"m\", \"baselineVersion\": \"1.0.0\", \"candidateVersion\": \"1.1.0\"";
    service
        .rpc("CompareAccuracy")
        .refused(
            "nothing to compare", "{" + versions + "}", FAILED_PRECONDITION, "INSUFFICIENT_PAIRS")
        .invalid(
            "no candidate",
            "{\"model\": \"m\", \"baselineVersion\": \"1.0.0\"}",
            "candidate_version")
        .invalid(
            "range that ends before it starts",
            "{" + versions + ", " + BACKWARDS + "}",
            "range.to");
  }
}
