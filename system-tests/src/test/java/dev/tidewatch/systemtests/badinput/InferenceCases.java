package dev.tidewatch.systemtests.badinput;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.UNAVAILABLE;

/**
 * Wrong requests to the inference server. {@code @SERIES@} has no assignment; the champion of
 * {@code @DAMAGED@} is a bundle of random bytes.
 */
final class InferenceCases {
  private InferenceCases() {}

  static void into(BadInputTable table) {
    forecasts(table);
    detection(table);
    openInference(table);
    var served = table.service("tidewatch.inference.v1.ServedModelService");
    served.rpc("ListServedModels").takesAnything();
    served.rpc("GetServingStatus").takesAnything();
  }

  private static void forecasts(BadInputTable table) {
    var service = table.service("tidewatch.inference.v1.ForecastService");
    service
        .rpc("Forecast")
        .refused(
            "unknown series",
            "{\"series\": [\"bad/unknown\"], \"model\": {\"model\": \"@NAIVE@\"}}",
            NOT_FOUND,
            "SERIES_UNKNOWN")
        .refused(
            "series without assignment",
            "{\"series\": [\"@SERIES@\"]}",
            NOT_FOUND,
            "ASSIGNMENT_MISSING")
        .refused(
            "unknown version",
            "{\"series\": [\"@SERIES@\"], \"model\": {\"model\": \"@NAIVE@\", \"version\":"
                + " \"9.9.9\"}}",
            NOT_FOUND,
            "VERSION_UNKNOWN")
        .refused(
            "unknown alias",
            "{\"series\": [\"@SERIES@\"], \"model\": {\"model\": \"@NAIVE@\", \"alias\":"
                + " \"nobody\"}}",
            NOT_FOUND,
            "ALIAS_UNKNOWN")
        .invalid(
            "history that is no number",
            "{\"series\": [\"@SERIES@\"], \"model\": {\"model\": \"@NAIVE@\"}, \"history\":"
                + " {\"timesMicros\": [1], \"values\": [\"NaN\"]}}",
            "history.values[0]")
        .invalid(
            "horizon beyond the model's",
            "{\"series\": [\"@SERIES@\"], \"model\": {\"model\": \"@NAIVE@\"}, \"horizon\": 9999}",
            "horizon")
        .refused(
            "unknown model",
            "{\"series\": [\"@SERIES@\"], \"model\": {\"model\": \"nobody\"}}",
            NOT_FOUND,
            "MODEL_UNKNOWN")
        .refused(
            "damaged bundle",
            "{\"series\": [\"@SERIES@\"], \"model\": {\"model\": \"@DAMAGED@\"}}",
            UNAVAILABLE,
            "MODEL_NOT_READY")
        .invalid("level of 100 %", "{\"series\": [\"@SERIES@\"], \"levels\": [1.0]}", "levels[0]")
        .invalid(
            "level that is no number",
            "{\"series\": [\"@SERIES@\"], \"levels\": [\"NaN\"]}",
            "levels[0]")
        .invalid("negative horizon", "{\"series\": [\"@SERIES@\"], \"horizon\": -1}", "horizon")
        .invalid("the same series twice", "{\"series\": [\"@SERIES@\", \"@SERIES@\"]}", "series");
    service
        .rpc("Explain")
        .refused(
            "series without assignment",
            "{\"series\": \"@SERIES@\"}",
            NOT_FOUND,
            "ASSIGNMENT_MISSING")
        .invalid(
            "gain of a model without trees",
            "{\"series\": \"@SERIES@\", \"model\": {\"model\": \"@NAIVE@\"}, \"method\":"
                + " \"EXPLAIN_METHOD_GAIN\"}",
            "method")
        .invalid("negative horizon", "{\"series\": \"@SERIES@\", \"horizon\": -1}", "horizon");
  }

  private static void detection(BadInputTable table) {
    var service = table.service("tidewatch.inference.v1.DetectionService");
    service
        .rpc("DetectAnomalies")
        .refused(
            "unknown model",
            "{\"series\": \"@SERIES@\", \"model\": {\"model\": \"nobody\"}, \"values\":"
                + " {\"timesMicros\": [1], \"values\": [1]}}",
            NOT_FOUND,
            "MODEL_UNKNOWN")
        .refused(
            "damaged bundle",
            "{\"series\": \"@SERIES@\", \"model\": {\"model\": \"@DAMAGED@\"}, \"values\":"
                + " {\"timesMicros\": [1], \"values\": [1]}}",
            UNAVAILABLE,
            "MODEL_NOT_READY");
    service.rpc("StreamDetect").stream(
        "batch before the opening",
        INVALID_ARGUMENT,
        "FIELD_INVALID",
        "open",
        "{\"batch\": {\"timesMicros\": [1], \"values\": [1]}}")
        .stream(
            "unknown model",
            NOT_FOUND,
            "MODEL_UNKNOWN",
            "",
            "{\"open\": {\"model\": {\"model\": \"nobody\"}, \"series\": \"@SERIES@\"}}");
  }

  private static void openInference(BadInputTable table) {
    var service = table.service("inference.GRPCInferenceService");
    var unknown = "{\"name\": \"nobody\"}";
    service.rpc("ServerLive").takesAnything();
    service.rpc("ServerReady").takesAnything();
    service.rpc("ServerMetadata").takesAnything();
    service.rpc("ModelReady").takesAnything();
    service.rpc("ModelMetadata").refused("unknown model", unknown, NOT_FOUND, "MODEL_UNKNOWN");
    service
        .rpc("ModelInfer")
        .refused("unknown model", "{\"modelName\": \"nobody\"}", NOT_FOUND, "MODEL_UNKNOWN")
        .refused(
            "damaged bundle", "{\"modelName\": \"@DAMAGED@\"}", UNAVAILABLE, "MODEL_NOT_READY");
    service
        .rpc("ModelStreamInfer")
        .rejected("unknown model", "{\"modelName\": \"nobody\"}", "is not found")
        .rejected("no model", "{}", "is empty; name a model");
    service.rpc("ModelConfig").refused("unknown model", unknown, NOT_FOUND, "MODEL_UNKNOWN");
    service.rpc("ModelStatistics").refused("unknown model", unknown, NOT_FOUND, "MODEL_UNKNOWN");
    service.rpc("RepositoryIndex").takesAnything();
    service
        .rpc("RepositoryModelLoad")
        .refused("unknown model", "{\"modelName\": \"nobody\"}", NOT_FOUND, "MODEL_UNKNOWN")
        .invalid("no model", "{}", "model_name")
        .invalid(
            "a configuration",
            "{\"modelName\": \"@NAIVE@\", \"parameters\": {\"config\": {\"stringParam\": \"{}\"}}}",
            "parameters.config");
    service
        .rpc("RepositoryModelUnload")
        .refused("unknown model", "{\"modelName\": \"nobody\"}", NOT_FOUND, "MODEL_UNKNOWN")
        .invalid("no model", "{}", "model_name");
    service
        .rpc("TraceSetting")
        .invalid(
            "a rate that is no number",
            "{\"settings\": {\"trace_rate\": {\"value\": [\"often\"]}}}",
            "settings.trace_rate")
        .invalid(
            "an unknown setting",
            "{\"settings\": {\"colour\": {\"value\": [\"blue\"]}}}",
            "settings.colour")
        .refused("unknown model", "{\"modelName\": \"nobody\"}", NOT_FOUND, "MODEL_UNKNOWN");
    service
        .rpc("LogSettings")
        .invalid(
            "a switch that is a text",
            "{\"settings\": {\"log_info\": {\"stringParam\": \"yes\"}}}",
            "settings.log_info")
        .invalid(
            "another file",
            "{\"settings\": {\"log_file\": {\"stringParam\": \"/tmp/log\"}}}",
            "settings.log_file");
    service.notBuilt(
        "SystemSharedMemoryStatus",
        "SystemSharedMemoryRegister",
        "SystemSharedMemoryUnregister",
        "CudaSharedMemoryStatus",
        "CudaSharedMemoryRegister",
        "CudaSharedMemoryUnregister");
  }
}
