package dev.tidewatch.serverkit.telemetry;

/** How log lines look. */
public enum LogFormat {
  /** Text on a terminal, JSON elsewhere. */
  AUTO,
  /** For people. */
  TEXT,
  /** One object a line, for log collectors. */
  JSON
}
