package dev.tidewatch.serverkit.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** From which level on messages are logged. */
public enum LogThreshold {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  OFF;

  /**
   * Sets it for the loggers of a package and those below; without effect where another logging
   * library than the servers' is at work.
   */
  public static void set(String logger, LogThreshold threshold) {
    if (LoggerFactory.getLogger(logger) instanceof Logger found) {
      found.setLevel(Level.toLevel(threshold.name()));
    }
  }
}
