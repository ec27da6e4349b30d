package dev.tidewatch.standalone.backup;

import dev.tidewatch.standalone.backup.Manifest.FilePart;
import dev.tidewatch.standalone.backup.Manifest.SchemaPart;
import dev.tidewatch.standalone.backup.Manifest.TablePart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.postgresql.PGConnection;

/**
 * Loads an archive into databases that do not have the schemas yet. Each schema is made and loaded
 * under another name, {@code restoring_…}, and gets its own at the very end, those of one database
 * in one transaction: a restore that breaks off leaves nothing that a server would take for its
 * data, and may simply be run again. Used once, by one thread.
 */
final class Restore {
  private static final String UNDER = "restoring_";

  private final Places places;
  private final Instant now;
  private final Consumer<String> progress;

  Restore(Places places, Instant now, Consumer<String> progress) {
    this.places = places;
    this.now = now;
    this.progress = progress;
  }

  /**
   * Loads everything.
   *
   * @throws BackupException if a schema is there already, or the archive is of a newer Tidewatch;
   *     then nothing was written
   */
  Manifest read(ArchiveReader archive) throws Exception {
    Manifest manifest = archive.manifest();
    for (SchemaPart schema : manifest.schemas()) {
      refuseUnlessKnown(schema);
      refuseUnlessEmpty(schema);
    }
    for (FilePart artifact : manifest.artifacts()) {
      restoreArtifact(archive, artifact);
    }
    for (SchemaPart schema : manifest.schemas()) {
      load(archive, schema);
    }
    giveNames(manifest);
    return manifest;
  }

  private void refuseUnlessKnown(SchemaPart part) throws BackupException {
    SchemaRules rules = SchemaRules.of(part.name());
    MigrationVersion version = MigrationVersion.fromVersion(part.version());
    Flyway flyway =
        flyway(places.url(part.name()), UNDER + part.name(), rules, MigrationVersion.LATEST);
    if (Arrays.stream(flyway.info().all()).noneMatch(known -> version.equals(known.getVersion()))) {
      throw new BackupException(
          "schema %s is at version %s in the archive, which is not known here: restore with a newer Tidewatch"
              .formatted(part.name(), part.version()));
    }
  }

  private void refuseUnlessEmpty(SchemaPart part) throws SQLException, BackupException {
    SchemaRules rules = SchemaRules.of(part.name());
    try (Connection connection = DriverManager.getConnection(places.url(rules.schema()))) {
      if (!Backup.texts(
              connection,
              "SELECT nspname FROM pg_namespace WHERE nspname = '%s'".formatted(rules.schema()))
          .isEmpty()) {
        throw new BackupException(
            "the database has a schema %s already; restore into one that has not, with no server running"
                .formatted(rules.schema()));
      }
    }
  }

  private void restoreArtifact(ArchiveReader archive, FilePart part) throws IOException {
    String sha256 = part.sha256();
    progress.accept("artifact " + sha256);
    Path blob = places.blob(sha256);
    Path folder = java.util.Objects.requireNonNull(blob.getParent());
    Files.createDirectories(folder);
    Path incoming = folder.resolve(sha256 + ".restoring");
    try (InputStream in = archive.open(part)) {
      Files.copy(in, incoming, StandardCopyOption.REPLACE_EXISTING);
    }
    try (FileChannel channel = FileChannel.open(incoming, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(incoming, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void load(ArchiveReader archive, SchemaPart part) throws Exception {
    SchemaRules rules = SchemaRules.of(part.name());
    String under = UNDER + rules.schema();
    String url = places.url(rules.schema());
    try (Connection connection = DriverManager.getConnection(url)) {
      Backup.execute(connection, "DROP SCHEMA IF EXISTS " + under + " CASCADE");
    }
    // As it was when the archive was written, then on to what the servers of today expect.
    var _ = flyway(url, under, rules, MigrationVersion.fromVersion(part.version())).migrate();
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      Backup.execute(
          connection, "SET search_path TO %s, public; SET TIME ZONE 'UTC'".formatted(under));
      for (TablePart table : part.tables().reversed()) {
        Backup.execute(connection, "DELETE FROM " + under + "." + table.name());
      }
      for (TablePart table : part.tables()) {
        load(archive, connection, under, table);
      }
      for (String statement : rules.afterLoad()) {
        Backup.execute(connection, statement.formatted(under, now));
      }
      connection.commit();
    }
    var _ = flyway(url, under, rules, MigrationVersion.LATEST).migrate();
  }

  private static Flyway flyway(
      String url, String schema, SchemaRules rules, MigrationVersion target) {
    return Flyway.configure()
        .dataSource(url, null, null)
        .schemas(schema)
        .defaultSchema(schema)
        .locations("classpath:" + rules.migrations())
        .failOnMissingLocations(true)
        .target(target)
        .load();
  }

  private void load(ArchiveReader archive, Connection connection, String schema, TablePart table)
      throws SQLException, IOException, BackupException {
    progress.accept(schema + "." + table.name());
    boolean partitioned =
        !Backup.texts(
                connection,
                "SELECT 1 FROM pg_class WHERE oid = '%s.%s'::regclass AND relkind = 'p'"
                    .formatted(schema, table.name()))
            .isEmpty();
    if (partitioned) {
      for (String first : table.months()) {
        LocalDate month = LocalDate.parse(first);
        Backup.execute(
            connection,
            "CREATE TABLE IF NOT EXISTS %1$s.%2$s_y%3$04dm%4$02d PARTITION OF %1$s.%2$s FOR VALUES FROM ('%5$sT00:00:00Z') TO ('%6$sT00:00:00Z')"
                .formatted(
                    schema,
                    table.name(),
                    month.getYear(),
                    month.getMonthValue(),
                    month,
                    month.plusMonths(1)));
      }
    }
    long rows;
    try (InputStream in = archive.open(table.file())) {
      rows =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn(
                  "COPY %s.%s (%s) FROM STDIN (FORMAT binary)"
                      .formatted(schema, table.name(), String.join(", ", table.columns())),
                  in,
                  1 << 16);
    }
    if (rows != table.rows()) {
      throw new BackupException(
          "%s: %d rows were loaded of %d".formatted(table.file().entry(), rows, table.rows()));
    }
    for (var identity : table.identities().entrySet()) {
      if (identity.getValue() > 0) {
        Backup.execute(
            connection,
            "SELECT setval(pg_get_serial_sequence('%s.%s', '%s'), %d)"
                .formatted(schema, table.name(), identity.getKey(), identity.getValue()));
      }
    }
  }

  private void giveNames(Manifest manifest) throws SQLException {
    Map<String, List<String>> byUrl = new LinkedHashMap<>();
    manifest
        .schemas()
        .forEach(schema ->
            byUrl
                .computeIfAbsent(places.url(schema.name()), url -> new ArrayList<>())
                .add(schema.name()));
    for (var database : byUrl.entrySet()) {
      try (Connection connection = DriverManager.getConnection(database.getKey())) {
        connection.setAutoCommit(false);
        for (String schema : database.getValue()) {
          Backup.execute(
              connection, "ALTER SCHEMA %s%s RENAME TO %s".formatted(UNDER, schema, schema));
        }
        connection.commit();
      }
    }
  }
}
