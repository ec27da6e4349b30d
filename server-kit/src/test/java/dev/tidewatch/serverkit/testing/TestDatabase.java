package dev.tidewatch.serverkit.testing;

import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.database.DatabaseConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

/**
 * A fresh database for one test, dropped at its close. All tests of a JVM share one embedded
 * PostgreSQL; a migrated schema is made once as a template and copied. The TimescaleDB leg makes
 * its databases on the server that {@link RequiresEnvironment#TIMESCALE} names, each migrated on
 * its own.
 */
public final class TestDatabase implements AutoCloseable {
  private static final Map<String, String> TEMPLATES = new HashMap<>();
  private static @Nullable EmbeddedPostgres shared;

  private final Server server;
  private final String name;

  private TestDatabase(Server server, String name) {
    this.server = server;
    this.name = name;
  }

  /** An empty database on plain PostgreSQL. */
  public static TestDatabase empty() {
    return create(plainServer(), "template1");
  }

  /** A database on plain PostgreSQL with one migrated schema; see {@link Database#migrate}. */
  public static TestDatabase plain(
      String schema, String location, JavaMigration... javaMigrations) {
    synchronized (TEMPLATES) {
      String template =
          TEMPLATES.computeIfAbsent(
              schema + "@" + location,
              key -> {
                TestDatabase made = create(plainServer(), "template1");
                made.migrate(schema, location, javaMigrations);
                return made.name;
              });
      return create(plainServer(), template);
    }
  }

  /**
   * An empty database on the TimescaleDB server, with the extension; only in classes with
   * {@code @RequiresEnvironment(TIMESCALE)}.
   */
  public static TestDatabase emptyTimescale() {
    String url = System.getenv(RequiresEnvironment.TIMESCALE);
    if (url == null || url.isBlank()) {
      throw new IllegalStateException(RequiresEnvironment.TIMESCALE + " is not set");
    }
    TestDatabase made = create(Server.of(url), "template0");
    made.server.execute(made.name, "CREATE EXTENSION IF NOT EXISTS timescaledb");
    return made;
  }

  /** The same with one migrated schema. */
  public static TestDatabase timescale(
      String schema, String location, JavaMigration... javaMigrations) {
    TestDatabase made = emptyTimescale();
    made.migrate(schema, location, javaMigrations);
    return made;
  }

  /** How a server under test reaches it. */
  public DatabaseConfig config() {
    return DatabaseConfig.at(
        server.url(name),
        server.properties().getProperty("user", "postgres"),
        new Secret(server.properties().getProperty("password", "")));
  }

  /** Opens it with a small pool and without telemetry; the caller closes it before this. */
  public Database open(String schema) {
    return Database.open(config().withPoolSize(4), schema, Telemetry.disabled());
  }

  @Override
  public void close() {
    server.execute(null, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  private void migrate(String schema, String location, JavaMigration... javaMigrations) {
    try (Database database = open(schema)) {
      database.migrate(location, javaMigrations);
    }
  }

  private static TestDatabase create(Server server, String template) {
    String name = "t_" + UUID.randomUUID().toString().replace("-", "");
    server.execute(null, "CREATE DATABASE " + name + " TEMPLATE " + template);
    return new TestDatabase(server, name);
  }

  private static synchronized Server plainServer() {
    if (shared == null) {
      try {
        shared =
            EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("max_connections", "200")
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Server.of(shared.getJdbcUrl("postgres", "postgres"));
  }

  /** A PostgreSQL server, by the URL of a database that is always there. */
  private record Server(String base, String maintenance, String query, Properties properties) {
    static Server of(String url) {
      URI uri = URI.create(url.substring("jdbc:".length()));
      var properties = new Properties();
      String query = uri.getQuery();
      if (query != null) {
        for (String pair : query.split("&", -1)) {
          int equals = pair.indexOf('=');
          if (equals > 0) {
            properties.setProperty(pair.substring(0, equals), pair.substring(equals + 1));
          }
        }
      }
      return new Server(
          "jdbc:" + uri.getScheme() + "://" + uri.getAuthority() + "/",
          uri.getPath().substring(1),
          query == null ? "" : "?" + query,
          properties);
    }

    String url(String database) {
      return base + database + query;
    }

    void execute(@Nullable String database, String sql) {
      try (Connection connection =
              DriverManager.getConnection(
                  url(database == null ? maintenance : database), properties);
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new IllegalStateException(sql + ": " + e.getMessage(), e);
      }
    }
  }
}
