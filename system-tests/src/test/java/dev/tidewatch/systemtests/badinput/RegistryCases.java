package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.OUT_OF_RANGE;

/** Wrong requests to the registry. {@code @MODEL@} is a forecaster without versions. */
final class RegistryCases {
  private static final String NO_SHA = "0".repeat(64);

  private RegistryCases() {}

  static void into(BadInputTable table) {
    models(table);
    artifacts(table);
    aliases(table);
    assignments(table);
    table
        .service("tidewatch.registry.v1.WatchService")
        .rpc("Watch")
        .invalid("negative revision", "{\"resumeRevision\": -1}", "resume_revision");
    catalog(table);
    table
        .service("tidewatch.registry.v1.MaintenanceService")
        .rpc("PlanRetention")
        .refused("unknown model", "{\"rule\": {\"model\": \"nobody\"}}", NOT_FOUND, "MODEL_UNKNOWN")
        .invalid("no rule", "{}", "rule")
        .invalid("negative age", "{\"rule\": {\"ageMin\": \"-1s\"}}", "rule.age_min");
    table
        .service("tidewatch.registry.v1.MaintenanceService")
        .rpc("ApplyRetention")
        .refused(
            "another plan",
            "{\"rule\": {\"model\": \"@MODEL@\"}, \"planSha256\": \"" + NO_SHA + "\"}",
            ABORTED,
            "PLAN_STALE")
        .invalid("malformed plan", "{\"rule\": {}, \"planSha256\": \"abc\"}", "plan_sha256");
    table
        .service("tidewatch.registry.v1.MaintenanceService")
        .rpc("ListAuditEntries")
        .invalid("malformed model", "{\"model\": \"a b\"}", "model");
  }

  private static void models(BadInputTable table) {
    var service = table.service("tidewatch.registry.v1.ModelService");
    var unknown = "{\"model\": \"nobody\"}";
    service
        .rpc("CreateModel")
        .invalid("malformed name", "{\"model\": \"a b\", \"task\": \"TASK_FORECAST\"}", "model")
        .invalid("no task", "{\"model\": \"bad-no-task\"}", "task")
        .refused(
            "name that is taken",
            "{\"model\": \"@MODEL@\", \"task\": \"TASK_FORECAST\"}",
            ALREADY_EXISTS,
            "MODEL_EXISTS");
    service.rpc("GetModel").refused("unknown model", unknown, NOT_FOUND, "MODEL_UNKNOWN");
    service.rpc("ListModels").invalid("unknown task", "{\"task\": 99}", "task");
    service
        .rpc("UpdateModel")
        .refused(
            "unknown model", "{\"model\": \"nobody\", \"etag\": \"1\"}", NOT_FOUND, "MODEL_UNKNOWN")
        .refused(
            "stale etag",
            "{\"model\": \"@MODEL@\", \"etag\": \"999999\", \"description\": \"x\"}",
            ABORTED,
            "ETAG_STALE");
    service
        .rpc("CreateModelVersion")
        .refused("unknown model", version("nobody", "1.0.0", NO_SHA), NOT_FOUND, "MODEL_UNKNOWN")
        .refused(
            "unknown artifact",
            version("@MODEL@", "1.0.0", NO_SHA),
            FAILED_PRECONDITION,
            "ARTIFACT_UNKNOWN")
        .invalid("malformed version", version("@MODEL@", "1.0", NO_SHA), "version")
        .invalid("malformed digest", version("@MODEL@", "1.0.0", "abc"), "artifact_sha256");
    service
        .rpc("GetModelVersion")
        .refused("unknown model", unknown, NOT_FOUND, "MODEL_UNKNOWN")
        .refused(
            "unknown version",
            "{\"model\": \"@MODEL@\", \"version\": \"9.9.9\"}",
            NOT_FOUND,
            "VERSION_UNKNOWN");
    service.rpc("ListModelVersions").refused("unknown model", unknown, NOT_FOUND, "MODEL_UNKNOWN");
    service.rpc("ProposeNextVersion").refused("unknown model", unknown, NOT_FOUND, "MODEL_UNKNOWN");
    var nobody = "{\"model\": \"nobody\", \"version\": \"1.0.0\"%s}";
    service
        .rpc("GetSmokeInputs")
        .refused("unknown model", nobody.formatted(""), NOT_FOUND, "MODEL_UNKNOWN");
    service
        .rpc("ReportVersionCheck")
        .refused(
            "unknown model",
            nobody.formatted(", \"passed\": true, \"server\": \"s\""),
            NOT_FOUND,
            "MODEL_UNKNOWN")
        .invalid("failure without a reason", nobody.formatted(", \"server\": \"s\""), "reason");
    service
        .rpc("AttachEvidence")
        .refused(
            "unknown model",
            evidence("nobody", "\"data\": {\"rows\": 1}"),
            NOT_FOUND,
            "MODEL_UNKNOWN")
        .refused(
            "lists of different lengths",
            evidence(
                "@MODEL@",
                "\"pairedErrors\": {\"other\": {\"model\": \"m\", \"version\": \"1.0.0\"},"
                    + " \"measure\": \"mae\", \"originsMicros\": [\"1\", \"2\"],"
                    + " \"candidateErrors\": [1, 2], \"otherErrors\": [1]}"),
            INVALID_ARGUMENT,
            "EVIDENCE_MALFORMED")
        .invalid("no evidence", "{\"model\": \"@MODEL@\", \"version\": \"1.0.0\"}", "evidence");
    service
        .rpc("ListEvidence")
        .faultless("{\"model\": \"@MODEL@\", \"version\": \"1.0.0\"}")
        .refused(
            "unknown model",
            "{\"model\": \"nobody\", \"version\": \"1.0.0\"}",
            NOT_FOUND,
            "MODEL_UNKNOWN");
    runs(table);
  }

  private static void catalog(BadInputTable table) {
    var service = table.service("tidewatch.registry.v1.CatalogService");
    var nobody = "{\"model\": \"nobody\", \"version\": \"1.0.0\"}";
    service
        .rpc("SearchVersions")
        .invalid("order by no metric", "{\"order\": 2}", "order_metric")
        .invalid("malformed alias", "{\"filter\": {\"alias\": \"a b\"}}", "filter.alias")
        .refused(
            "page token of another question",
            "{\"pageToken\": \"AAAAAAA\"}",
            INVALID_ARGUMENT,
            "PAGE_TOKEN_INVALID",
            "page_token");
    service
        .rpc("CompareVersions")
        .invalid("one version only", "{\"versions\": [%s]}".formatted(nobody), "versions")
        .refused(
            "unknown model",
            "{\"versions\": [%s, {\"model\": \"nobody\", \"version\": \"1.1.0\"}]}"
                .formatted(nobody),
            NOT_FOUND,
            "MODEL_UNKNOWN");
    service.rpc("ExportVersions").invalid("no format", "{}", "format");
    service
        .rpc("GetLineage")
        .refused("unknown model", nobody, NOT_FOUND, "MODEL_UNKNOWN")
        .invalid("no version", "{\"model\": \"@MODEL@\"}", "version");
  }

  private static String evidence(String model, String finding) {
    return ("{\"model\": \"%s\", \"version\": \"1.0.0\", \"evidence\": {\"artifactSha256\": \"%s\","
            + " \"foundAt\": \"2026-01-05T00:00:00Z\", %s}}")
        .formatted(model, NO_SHA, finding);
  }

  private static String version(String model, String version, String sha256) {
    return ("{\"model\": \"%s\", \"version\": \"%s\", \"artifactSha256\": \"%s\", \"family\":"
            + " \"naive\", \"signature\": {\"roles\": [{\"role\": \"target\", \"kind\": 1}],"
            + " \"horizonSteps\": 24, \"grid\": {\"step\": \"3600s\"}}}")
        .formatted(model, version, sha256);
  }

  private static void runs(BadInputTable table) {
    var service = table.service("tidewatch.registry.v1.RunService");
    var unknown = "{\"runId\": \"00000000-0000-4000-8000-000000000000\"%s}";
    service
        .rpc("CreateRun")
        .refused("unknown model", "{\"model\": \"nobody\"}", NOT_FOUND, "MODEL_UNKNOWN");
    service
        .rpc("LogRunMetrics")
        .refused(
            "unknown run",
            unknown.formatted(", \"points\": [{\"metric\": \"mae\", \"value\": 1}]"),
            NOT_FOUND,
            "RUN_UNKNOWN");
    service
        .rpc("UpdateRun")
        .refused("unknown run", unknown.formatted(""), NOT_FOUND, "RUN_UNKNOWN")
        .invalid("progress above 1", unknown.formatted(", \"progress\": 2"), "progress");
    service
        .rpc("FinishRun")
        .refused("unknown run", unknown.formatted(", \"status\": 2"), NOT_FOUND, "RUN_UNKNOWN")
        .invalid("status that is no end", unknown.formatted(", \"status\": 1"), "status");
    service.rpc("GetRun").refused("unknown run", unknown.formatted(""), NOT_FOUND, "RUN_UNKNOWN");
    service.rpc("ListRuns").takesAnything();
    service
        .rpc("ListRunMetrics")
        .refused("unknown run", unknown.formatted(""), NOT_FOUND, "RUN_UNKNOWN");
  }

  private static void artifacts(BadInputTable table) {
    var service = table.service("tidewatch.registry.v1.ArtifactService");
    var chunk = "{\"chunk\": {\"offset\": %d, \"data\": \"AAAA\"}}";
    service.rpc("UploadArtifact").stream(
        "chunk before the start", INVALID_ARGUMENT, "UPLOAD_START_MISSING", "", chunk.formatted(0))
        .stream(
            "bytes of another digest",
            INVALID_ARGUMENT,
            "DIGEST_MISMATCH",
            "",
            start(NO_SHA, 3),
            chunk.formatted(0))
        .stream(
            "chunk that leaves a hole",
            OUT_OF_RANGE,
            "OFFSET_MISMATCH",
            "",
            start(NO_SHA, 300),
            chunk.formatted(100))
        .stream("4 TiB", INVALID_ARGUMENT, "ARTIFACT_TOO_LARGE", "", start(NO_SHA, 4L << 40))
        .stream(
            "malformed digest", INVALID_ARGUMENT, "FIELD_INVALID", "start.sha256", start("xyz", 3))
        .stream("size 0", INVALID_ARGUMENT, "FIELD_INVALID", "start.size_bytes", start(NO_SHA, 0));
    service
        .rpc("GetUpload")
        .refused(
            "unknown upload",
            "{\"uploadId\": \"00000000-0000-4000-8000-000000000000\"}",
            NOT_FOUND,
            "UPLOAD_UNKNOWN");
    service.rpc("CancelUpload").takesAnything();
    var unknown = "{\"sha256\": \"" + NO_SHA + "\"}";
    service.rpc("GetArtifact").refused("unknown artifact", unknown, NOT_FOUND, "ARTIFACT_UNKNOWN");
    service
        .rpc("DownloadArtifact")
        .refused("unknown artifact", unknown, NOT_FOUND, "ARTIFACT_UNKNOWN");
  }

  private static String start(String sha256, long sizeBytes) {
    return "{\"start\": {\"uploadId\": \"@NEW@\", \"sha256\": \"%s\", \"sizeBytes\": %d}}"
        .formatted(sha256, sizeBytes);
  }

  private static void aliases(BadInputTable table) {
    var service = table.service("tidewatch.registry.v1.AliasService");
    var unknownModel = "{\"model\": \"nobody\", \"alias\": \"champion\"}";
    var unknownAlias = "{\"model\": \"@MODEL@\", \"alias\": \"champion\"}";
    service
        .rpc("MoveAliases")
        .refused("unknown model", move("nobody", "champion", "1.0.0"), NOT_FOUND, "MODEL_UNKNOWN")
        .refused(
            "unknown version", move("@MODEL@", "champion", "9.9.9"), NOT_FOUND, "VERSION_UNKNOWN")
        .invalid("malformed alias", move("@MODEL@", "The Best", "1.0.0"), "moves[0].alias");
    service
        .rpc("GetAlias")
        .refused("unknown model", unknownModel, NOT_FOUND, "MODEL_UNKNOWN")
        .refused("unknown alias", unknownAlias, NOT_FOUND, "ALIAS_UNKNOWN");
    service.rpc("ListAliases").takesAnything();
    service
        .rpc("GetAliasHistory")
        .refused("unknown model", unknownModel, NOT_FOUND, "MODEL_UNKNOWN");
    service
        .rpc("RollBackAlias")
        .refused("unknown model", unknownModel, NOT_FOUND, "MODEL_UNKNOWN")
        .refused("unknown alias", unknownAlias, NOT_FOUND, "ALIAS_UNKNOWN");
    service
        .rpc("GetLiveVersion")
        .invalid("no time", unknownAlias, "at")
        .refused(
            "unknown alias",
            unknownAlias.replace("}", ", \"at\": \"2026-01-05T00:00:00Z\"}"),
            NOT_FOUND,
            "ALIAS_UNKNOWN");
    service
        .rpc("GetRouting")
        .refused("unknown model", "{\"model\": \"nobody\"}", NOT_FOUND, "MODEL_UNKNOWN");
    guards(service);
  }

  private static void guards(BadInputTable.Service service) {
    var unknownModel = "{\"model\": \"nobody\", \"alias\": \"champion\"}";
    var ofUnknownModel = "{\"model\": \"nobody\", \"alias\": \"champion\", \"version\": \"1.0.0\"}";
    var unknownVersion =
        "{\"model\": \"@MODEL@\", \"alias\": \"champion\", \"version\": \"9.9.9\"}";
    service
        .rpc("SetAliasProtection")
        .refused(
            "unknown model", "{\"protection\": " + unknownModel + "}", NOT_FOUND, "MODEL_UNKNOWN")
        .refused(
            "stale etag",
            "{\"protection\": {\"model\": \"@MODEL@\", \"alias\": \"champion\", \"etag\": \"999999\"}}",
            ABORTED,
            "ETAG_STALE")
        .invalid("no protection", "{}", "protection");
    service
        .rpc("GetAliasProtection")
        .refused("unknown model", unknownModel, NOT_FOUND, "MODEL_UNKNOWN");
    for (String rpc : new String[] {"CheckGates", "ApproveVersion", "WithdrawApproval"}) {
      service
          .rpc(rpc)
          .refused("unknown model", ofUnknownModel, NOT_FOUND, "MODEL_UNKNOWN")
          .refused("unknown version", unknownVersion, NOT_FOUND, "VERSION_UNKNOWN");
    }
    service.rpc("ListApprovals").refused("unknown model", unknownModel, NOT_FOUND, "MODEL_UNKNOWN");
  }

  private static String move(String model, String alias, String version) {
    return "{\"moves\": [{\"model\": \"%s\", \"alias\": \"%s\", \"version\": \"%s\"}]}"
        .formatted(model, alias, version);
  }

  private static void assignments(BadInputTable table) {
    var service = table.service("tidewatch.registry.v1.AssignmentService");
    var unknown = "{\"assignment\": \"nobody\"}";
    service
        .rpc("CreateAssignment")
        .refused("unknown model", assignment("nobody", "TASK_FORECAST"), NOT_FOUND, "MODEL_UNKNOWN")
        .refused(
            "detector's task for a forecaster",
            assignment("@MODEL@", "TASK_DETECT"),
            FAILED_PRECONDITION,
            "TASK_MISMATCH")
        .invalid("no task", assignment("@MODEL@", "TASK_UNSPECIFIED"), "assignment.task");
    service
        .rpc("GetAssignment")
        .refused("unknown assignment", unknown, NOT_FOUND, "ASSIGNMENT_UNKNOWN");
    service.rpc("ListAssignments").invalid("unknown task", "{\"task\": 99}", "task");
    service
        .rpc("UpdateAssignment")
        .refused(
            "unknown assignment",
            assignment("@MODEL@", "TASK_FORECAST"),
            NOT_FOUND,
            "ASSIGNMENT_UNKNOWN");
    service
        .rpc("DeleteAssignment")
        .refused("unknown assignment", unknown, NOT_FOUND, "ASSIGNMENT_UNKNOWN");
    service.rpc("ResolveAssignments").invalid("no series", "{}", "series");
  }

  private static String assignment(String model, String task) {
    return "{\"assignment\": {\"assignment\": \"bad-input\", \"selector\": {\"exact\":"
        + " \"@SERIES@\"},"
        + " \"task\": \"%s\", \"model\": \"%s\", \"etag\": \"999999\"}}".formatted(task, model);
  }
}
