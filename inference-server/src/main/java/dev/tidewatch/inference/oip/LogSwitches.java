package dev.tidewatch.inference.oip;

import dev.tidewatch.proto.oip.LogSettingsRequest;
import dev.tidewatch.proto.oip.LogSettingsResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.telemetry.LogThreshold;
import java.util.Map;

/** Which messages of the inference server are logged. Thread-safe. */
final class LogSwitches {
  private static final String INFO = "log_info";
  private static final String WARNING = "log_warning";
  private static final String ERROR = "log_error";
  private static final String VERBOSE = "log_verbose_level";
  private static final String LOGGER = "dev.tidewatch.inference";
  private static final int VERBOSE_MAX = 2;

  private boolean info = true;
  private boolean warning = true;
  private boolean error = true;
  private int verbose;

  /**
   * @throws InvalidArgument if a setting is unknown, or of another type; then nothing changes
   */
  synchronized LogSettingsResponse change(Map<String, LogSettingsRequest.SettingValue> settings) {
    settings.forEach(LogSwitches::requireSound);
    settings.forEach((name, value) -> {
      switch (name) {
        case INFO -> info = value.getBoolParam();
        case WARNING -> warning = value.getBoolParam();
        case ERROR -> error = value.getBoolParam();
        default -> verbose = value.getUint32Param();
      }
    });
    if (!settings.isEmpty()) {
      LogThreshold.set(LOGGER, threshold());
    }
    return LogSettingsResponse.newBuilder()
        .putSettings("log_file", text(""))
        .putSettings(INFO, bool(info))
        .putSettings(WARNING, bool(warning))
        .putSettings(ERROR, bool(error))
        .putSettings(
            VERBOSE, LogSettingsResponse.SettingValue.newBuilder().setUint32Param(verbose).build())
        .putSettings("log_format", text("default"))
        .build();
  }

  private LogThreshold threshold() {
    if (verbose > 0) {
      return verbose == 1 ? LogThreshold.DEBUG : LogThreshold.TRACE;
    }
    if (info) {
      return LogThreshold.INFO;
    }
    if (warning) {
      return LogThreshold.WARN;
    }
    return error ? LogThreshold.ERROR : LogThreshold.OFF;
  }

  private static void requireSound(String name, LogSettingsRequest.SettingValue value) {
    String field = "settings." + name;
    switch (name) {
      case INFO, WARNING, ERROR -> {
        if (!value.hasBoolParam()) {
          throw InvalidArgument.field(field, "must be a boolean");
        }
      }
      case VERBOSE -> {
        if (!value.hasUint32Param()
            || Integer.compareUnsigned(value.getUint32Param(), VERBOSE_MAX) > 0) {
          throw InvalidArgument.field(field, "must be an unsigned number from 0 to " + VERBOSE_MAX);
        }
      }
      case "log_file", "log_format" ->
          throw InvalidArgument.field(
              field, "cannot be changed here: the log goes to standard error as configured");
      default ->
          throw InvalidArgument.field(
              field,
              "is no setting; there are log_info, log_warning, log_error and log_verbose_level");
    }
  }

  private static LogSettingsResponse.SettingValue bool(boolean value) {
    return LogSettingsResponse.SettingValue.newBuilder().setBoolParam(value).build();
  }

  private static LogSettingsResponse.SettingValue text(String value) {
    return LogSettingsResponse.SettingValue.newBuilder().setStringParam(value).build();
  }
}
