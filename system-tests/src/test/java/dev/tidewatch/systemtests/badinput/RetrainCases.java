package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.NOT_FOUND;

/** Wrong requests about retraining. */
final class RetrainCases {
  private static final String NO_ID = "0".repeat(32);

  private RetrainCases() {}

  static void into(BadInputTable table) {
    var service = table.service("tidewatch.monitor.v1.RetrainService");
    policies(service);
    tasks(service);
  }

  private static String policy(String field) {
    return "{\"policy\": {\"model\": \"load\", " + field + "}}";
  }

  private static void policies(BadInputTable.Service service) {
    service
        .rpc("SetRetrainPolicy")
        .invalid("no model name", "{\"policy\": {\"model\": \"a b\"}}", "policy.model")
        .invalid("no schedule", policy("\"cron\": \"0 3 * *\""), "policy.cron")
        .invalid("a day that never comes", policy("\"cron\": \"0 0 30 2 *\""), "policy.cron")
        .invalid("a cool-down of ages", policy("\"coolDown\": \"999999999s\""), "policy.cool_down")
        .invalid(
            "a share above all",
            policy("\"promotion\": {\"canaryBasisPoints\": 10001}"),
            "policy.promotion.canary_basis_points");
    service
        .rpc("GetRetrainPolicy")
        .refused("no policy", "{\"model\": \"nobody\"}", NOT_FOUND, "POLICY_UNKNOWN");
    service.rpc("ListRetrainPolicies");
    service
        .rpc("DeleteRetrainPolicy")
        .refused("no policy", "{\"model\": \"nobody\"}", NOT_FOUND, "POLICY_UNKNOWN");
  }

  private static void tasks(BadInputTable.Service service) {
    service
        .rpc("EnqueueRetrainTask")
        .refused(
            "no such model",
            "{\"model\": \"nobody\", \"reason\": \"test\", \"requestId\":"
                + " \"5b1a2f6e-7b0a-4a7e-9f0b-1f2e3d4c5b6a\"}",
            NOT_FOUND,
            "MODEL_UNKNOWN");
    service
        .rpc("LeaseRetrainTask")
        .invalid("a lease too short", "{\"worker\": \"w\", \"lease\": \"1s\"}", "lease");
    String unknown = "{\"taskId\": \"" + NO_ID + "\"";
    service
        .rpc("HeartbeatRetrainTask")
        .refused("unknown id", unknown + ", \"fence\": 1}", NOT_FOUND, "TASK_UNKNOWN")
        .invalid("malformed id", "{\"taskId\": \"7\", \"fence\": 1}", "task_id");
    service
        .rpc("CompleteRetrainTask")
        .refused(
            "unknown id",
            unknown + ", \"fence\": 1, \"resultVersion\": \"1.0.0\"}",
            NOT_FOUND,
            "TASK_UNKNOWN")
        .invalid("no outcome", unknown + ", \"fence\": 1}", "outcome");
    service
        .rpc("CancelRetrainTask")
        .refused("unknown id", unknown + ", \"reason\": \"test\"}", NOT_FOUND, "TASK_UNKNOWN");
    service
        .rpc("GetRetrainTask")
        .refused("unknown id", unknown + "}", NOT_FOUND, "TASK_UNKNOWN")
        .invalid("malformed id", "{\"taskId\": \"7\"}", "task_id");
    service.rpc("ListRetrainTasks").invalid("unknown state", "{\"states\": [99]}", "states[0]");
  }
}
