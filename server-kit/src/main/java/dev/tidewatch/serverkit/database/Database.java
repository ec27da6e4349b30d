package dev.tidewatch.serverkit.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jooq.impl.DataSourceConnectionProvider;
import org.jooq.impl.DefaultConfiguration;

/**
 * One schema of a PostgreSQL: the pool, its migrations, and jOOQ on it. Every connection has the
 * search path {@code schema, public} and the time zone UTC. SQL that runs inside a span becomes a
 * span. Thread-safe.
 */
public final class Database implements AutoCloseable {
  private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  /** Runs on a connection of the pool. */
  @FunctionalInterface
  public interface ConnectionWork<T extends @org.jspecify.annotations.Nullable Object> {
    T run(Connection connection) throws SQLException;
  }

  private final CloseStack opened;
  private final HikariDataSource pool;
  private final DSLContext dsl;
  private final String schema;

  private Database(CloseStack opened, HikariDataSource pool, DSLContext dsl, String schema) {
    this.opened = opened;
    this.pool = pool;
    this.dsl = dsl;
    this.schema = schema;
  }

  /**
   * Connects, after starting the embedded server if the configuration asks for one.
   *
   * @param schema the one that this server owns; made by {@link #migrate}
   */
  public static Database open(DatabaseConfig config, String schema, Telemetry telemetry) {
    if (!SCHEMA.matcher(schema).matches()) {
      throw new IllegalArgumentException("schema: '" + schema + "'");
    }
    var opened = new CloseStack();
    try {
      String url =
          config
              .embeddedFolder()
              .map(folder -> opened.push(EmbeddedDatabase.start(EmbeddedConfig.in(folder))).url())
              .orElseGet(() -> config.url().orElseThrow());
      var hikari = new HikariConfig();
      hikari.setPoolName(schema);
      hikari.setJdbcUrl(url);
      hikari.setUsername(config.user());
      hikari.setPassword(config.password().value());
      hikari.setMaximumPoolSize(config.poolSize());
      hikari.setMinimumIdle(Math.min(2, config.poolSize()));
      hikari.setConnectionTimeout(config.connectionTimeout().toMillis());
      // Compiling a plan takes PostgreSQL a fifth of a second, many times what our statements take;
      // it does so for any small table that it has no statistics of.
      hikari.setConnectionInitSql(
          "SET search_path TO " + schema + ", public; SET TIME ZONE 'UTC'; SET jit = off");
      hikari.addDataSourceProperty("ApplicationName", "tidewatch-" + schema);
      var pool = opened.push(new HikariDataSource(hikari));
      opened.push(PoolMetrics.register(pool, schema, telemetry.meter()));
      var configuration =
          new DefaultConfiguration()
              .set(SQLDialect.POSTGRES)
              .set(new DataSourceConnectionProvider(pool))
              .set(new Settings().withExecuteLogging(false).withRenderSchema(true))
              .set(new SqlSpans(telemetry.tracer(), telemetry.meter(), schema));
      return new Database(opened, pool, DSL.using(configuration), schema);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  /**
   * Brings the schema to the newest version, making it first; what is there already is left alone.
   *
   * @param location Flyway's SQL scripts on the class path, such as {@code db/migration/ingest}
   * @param javaMigrations steps that SQL scripts cannot take
   */
  public void migrate(String location, JavaMigration... javaMigrations) {
    migrate(pool, schema, location, List.of(javaMigrations));
  }

  static void migrate(
      DataSource source, String schema, String location, List<JavaMigration> javaMigrations) {
    Flyway.configure()
        .dataSource(source)
        .schemas(schema)
        .defaultSchema(schema)
        .locations("classpath:" + location)
        .failOnMissingLocations(true)
        .javaMigrations(javaMigrations.toArray(JavaMigration[]::new))
        .load()
        .migrate();
  }

  /** jOOQ with a connection of the pool for each statement. */
  public DSLContext dsl() {
    return dsl;
  }

  /**
   * The pool, for COPY and other things of the driver; unwrap to {@code
   * org.postgresql.PGConnection}.
   */
  public DataSource dataSource() {
    return pool;
  }

  public String schema() {
    return schema;
  }

  /**
   * Runs {@code work} in one transaction, rolled back when it throws; what it throws comes out
   * unchanged if it is unchecked.
   */
  public <T extends @org.jspecify.annotations.Nullable Object> T inTransaction(
      Function<DSLContext, T> work) {
    return dsl.transactionResult(configuration -> work.apply(DSL.using(configuration)));
  }

  /** Runs {@code work} on a connection of its own in auto-commit mode, then gives it back. */
  public <T extends @org.jspecify.annotations.Nullable Object> T withConnection(
      ConnectionWork<T> work) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return work.run(connection);
    }
  }

  @Override
  public void close() {
    opened.close();
  }
}
