package dev.tidewatch.serverkit.database;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to run an embedded PostgreSQL.
 *
 * @param folder holds the data; made when absent, kept afterwards
 * @param port 0 takes any free one
 * @param startupWait how long the start may take; a busy machine needs many times the usual two
 *     seconds
 * @param connectionsMax PostgreSQL's {@code max_connections}
 */
public record EmbeddedConfig(Path folder, int port, Duration startupWait, int connectionsMax) {
  public EmbeddedConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port);
    }
    if (!startupWait.isPositive()) {
      throw new IllegalArgumentException("startupWait: " + startupWait);
    }
    if (connectionsMax < 10) {
      throw new IllegalArgumentException("connectionsMax: " + connectionsMax);
    }
  }

  /** Any free port, two minutes to start, 200 connections. */
  public static EmbeddedConfig in(Path folder) {
    return new EmbeddedConfig(folder, 0, Duration.ofMinutes(2), 200);
  }
}
