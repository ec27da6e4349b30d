package dev.tidewatch.buildtools;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.flywaydb.core.Flyway;

/**
 * A throw-away embedded PostgreSQL that the build migrates and then looks at. SQL migrations only:
 * Flyway's Java migrations are classes of the servers, which are compiled after this has run.
 */
final class MigratedDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;

  private MigratedDatabase(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static MigratedDatabase start() throws IOException {
    return new MigratedDatabase(
        EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(2)).start());
  }

  /** Brings {@code schema} to the newest version that the folder holds, making the schema first. */
  void migrate(String schema, Path migrations) {
    Flyway.configure()
        .dataSource(url(), "postgres", "")
        .schemas(schema)
        .defaultSchema(schema)
        .locations("filesystem:" + migrations.toAbsolutePath())
        .load()
        .migrate();
  }

  String url() {
    return postgres.getJdbcUrl("postgres", "postgres");
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
