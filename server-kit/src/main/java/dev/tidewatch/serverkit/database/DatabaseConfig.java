package dev.tidewatch.serverkit.database;

import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a server keeps its rows: a PostgreSQL by URL, or one that the server starts itself in a
 * folder.
 */
public record DatabaseConfig(
    @Setting(
            description =
                "JDBC URL of PostgreSQL 15 or newer, with or without TimescaleDB, such as"
                    + " `jdbc:postgresql://db:5432/tidewatch`. Without it, `embedded-folder` is used.")
        Optional<String> url,
    @Setting(description = "Database user.", defaultValue = "postgres") String user,
    @Setting(description = "Its password.", defaultValue = "") Secret password,
    @Setting(description = "Connections at most, 1 to 1000.", defaultValue = "10") int poolSize,
    @Setting(description = "How long a caller waits for a free connection.", defaultValue = "10s")
        Duration connectionTimeout,
    @Setting(
            description =
                "Folder of an embedded PostgreSQL that this server starts and stops; it persists.")
        Optional<Path> embeddedFolder) {
  public DatabaseConfig {
    if (url.isPresent() == embeddedFolder.isPresent()) {
      throw new IllegalArgumentException("set either url or embedded-folder");
    }
    if (url.isPresent() && !url.get().startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("url: expected jdbc:postgresql://host:port/database");
    }
    if (poolSize < 1 || poolSize > 1000) {
      throw new IllegalArgumentException("pool-size: " + poolSize + ", expected 1 to 1000");
    }
    if (connectionTimeout.compareTo(Duration.ofMillis(250)) < 0) {
      throw new IllegalArgumentException("connection-timeout: expected 250ms or more");
    }
  }

  /** A server elsewhere, other settings by default; for tests and embedding. */
  public static DatabaseConfig at(String url, String user, Secret password) {
    return new DatabaseConfig(
        Optional.of(url), user, password, 10, Duration.ofSeconds(10), Optional.empty());
  }

  /** The same with another size of the pool. */
  public DatabaseConfig withPoolSize(int connections) {
    return new DatabaseConfig(url, user, password, connections, connectionTimeout, embeddedFolder);
  }
}
