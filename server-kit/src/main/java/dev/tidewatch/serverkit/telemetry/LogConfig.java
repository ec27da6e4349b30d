package dev.tidewatch.serverkit.telemetry;

import dev.tidewatch.serverkit.config.Setting;

/** Log lines of the process; they go to standard error. */
public record LogConfig(
    @Setting(
            description = "`text`, `json`, or `auto`: text on a terminal, JSON elsewhere.",
            defaultValue = "auto")
        LogFormat format,
    @Setting(description = "Least level that is written.", defaultValue = "info") Level level) {
  /** Levels of importance. */
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }
}
