package dev.tidewatch.standalone.backup;

import dev.tidewatch.standalone.backup.Manifest.FilePart;
import dev.tidewatch.standalone.backup.Manifest.SchemaPart;
import dev.tidewatch.standalone.backup.Manifest.TablePart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.postgresql.PGConnection;

/**
 * Writes everything that lasts into one archive, while the servers go on: each database is read in
 * one snapshot. Used once, by one thread.
 */
final class Backup {
  private final Places places;
  private final Instant now;
  private final Consumer<String> progress;

  Backup(Places places, Instant now, Consumer<String> progress) {
    this.places = places;
    this.now = now;
    this.progress = progress;
  }

  Manifest write(Path file) throws Exception {
    try (var archive = new ArchiveWriter(file)) {
      var schemas = new ArrayList<SchemaPart>();
      var blobs = new LinkedHashSet<String>();
      Map<String, Connection> open = new HashMap<>();
      try {
        for (SchemaRules rules : SchemaRules.ALL) {
          String url = places.url(rules.schema());
          Connection connection = open.get(url);
          if (connection == null) {
            connection = snapshot(url);
            open.put(url, connection);
          }
          schemas.add(schema(archive, connection, rules));
          if (rules.schema().equals("registry")) {
            blobs.addAll(
                texts(
                    connection,
                    "SELECT sha256 FROM registry.artifact WHERE NOT removed ORDER BY sha256"));
          }
        }
      } finally {
        for (Connection connection : open.values()) {
          connection.close();
        }
      }
      // Files are never changed, and their rows were in the snapshot.
      List<FilePart> artifacts = new ArrayList<>();
      for (String sha256 : blobs) {
        artifacts.add(artifact(archive, sha256));
      }
      var manifest = new Manifest(Manifest.FORMAT_VERSION, now.toString(), schemas, artifacts);
      archive.finish(manifest);
      return manifest;
    }
  }

  private static Connection snapshot(String url) throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setReadOnly(true);
    execute(connection, "SET TIME ZONE 'UTC'");
    return connection;
  }

  private FilePart artifact(ArchiveWriter archive, String sha256) throws Exception {
    Path blob = places.blob(sha256);
    if (!Files.exists(blob)) {
      throw new BackupException("artifact " + sha256 + ": its file " + blob + " is missing");
    }
    progress.accept("artifact " + sha256);
    FilePart part = archive.add("artifacts/" + sha256, out -> Files.copy(blob, out));
    if (!part.sha256().equals(sha256)) {
      throw new BackupException("artifact " + sha256 + ": its file " + blob + " is damaged");
    }
    return part;
  }

  private SchemaPart schema(ArchiveWriter archive, Connection connection, SchemaRules rules)
      throws Exception {
    String schema = rules.schema();
    List<String> version =
        texts(
            connection,
            """
            SELECT version FROM %s.flyway_schema_history
            WHERE success AND version IS NOT NULL
            ORDER BY string_to_array(version, '.')::integer[] DESC LIMIT 1\
            """
                .formatted(schema));
    if (version.isEmpty()) {
      throw new BackupException("schema " + schema + " is empty: nothing to back up");
    }
    execute(connection, "SET LOCAL search_path TO " + schema + ", public");
    var tables = new ArrayList<TablePart>();
    for (String table : tables(connection, schema)) {
      if (!rules.leftOut().contains(table)) {
        tables.add(table(archive, connection, rules, table));
      }
    }
    return new SchemaPart(schema, version.getFirst(), tables);
  }

  private TablePart table(
      ArchiveWriter archive, Connection connection, SchemaRules rules, String table)
      throws Exception {
    String schema = rules.schema();
    List<String> columns =
        texts(
            connection,
            """
            SELECT attname FROM pg_attribute
            WHERE attrelid = '%s.%s'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            ORDER BY attnum\
            """
                .formatted(schema, table));
    Map<String, String> selects = rules.selects().getOrDefault(table, Map.of());
    String select =
        "SELECT %s FROM %s.%s t%s"
            .formatted(
                String.join(
                    ", ",
                    columns.stream()
                        .map(column -> selects.getOrDefault(column, "t." + column))
                        .toList()),
                schema,
                table,
                rules.where().containsKey(table) ? " WHERE " + rules.where().get(table) : "");
    long[] rows = new long[1];
    progress.accept(schema + "." + table);
    FilePart part =
        archive.add(
            schema + "/" + table + ".copy",
            out ->
                rows[0] =
                    connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)", out));
    var identities = new LinkedHashMap<String, Long>();
    for (String column :
        texts(
            connection,
            """
            SELECT attname FROM pg_attribute
            WHERE attrelid = '%s.%s'::regclass AND attnum > 0 AND attidentity <> ''\
            """
                .formatted(schema, table))) {
      String sequence =
          texts(
                  connection,
                  "SELECT pg_get_serial_sequence('%s.%s', '%s')".formatted(schema, table, column))
              .getFirst();
      identities.put(
          column,
          Long.valueOf(
              texts(
                      connection,
                      "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " + sequence)
                  .getFirst()));
    }
    return new TablePart(
        table, columns, rows[0], part, months(connection, schema, table), identities);
  }

  /** Months that partitions of the plain layout are needed for. */
  private static List<String> months(Connection connection, String schema, String table)
      throws SQLException {
    List<String> partitions =
        texts(
            connection,
            """
            SELECT to_char(to_date(right(c.relname, 7), 'YYYY"m"MM'), 'YYYY-MM-DD')
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = '%s.%s'::regclass AND c.relispartition
              AND c.relname ~ '_y[0-9]{4}m[0-9]{2}$' ORDER BY 1\
            """
                .formatted(schema, table));
    boolean timescale =
        !texts(connection, "SELECT extname FROM pg_extension WHERE extname = 'timescaledb'")
            .isEmpty();
    if (!partitions.isEmpty() || !timescale) {
      return partitions;
    }
    return texts(
        connection,
        """
        SELECT DISTINCT to_char(month, 'YYYY-MM-DD') FROM timescaledb_information.chunks,
          generate_series(date_trunc('month', range_start), range_end, INTERVAL '1 month') AS month
        WHERE hypertable_schema = '%s' AND hypertable_name = '%s' ORDER BY 1\
        """
            .formatted(schema, table));
  }

  /** Tables of their own right, each after those that it refers to. */
  private static List<String> tables(Connection connection, String schema) throws SQLException {
    var left =
        new LinkedHashSet<>(
            texts(
                connection,
                """
                SELECT relname FROM pg_class
                WHERE relnamespace = '%s'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
                  AND relname <> 'flyway_schema_history' ORDER BY relname\
                """
                    .formatted(schema)));
    Map<String, Set<String>> needs = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT c.relname, r.relname FROM pg_constraint k
                JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
                WHERE k.contype = 'f' AND c.relnamespace = '%s'::regnamespace AND c.oid <> r.oid\
                """
                    .formatted(schema))) {
      while (rows.next()) {
        needs
            .computeIfAbsent(rows.getString(1), key -> new LinkedHashSet<>())
            .add(rows.getString(2));
      }
    }
    var ordered = new ArrayList<String>();
    while (!left.isEmpty()) {
      List<String> free =
          left.stream()
              .filter(
                  table -> needs.getOrDefault(table, Set.of()).stream().noneMatch(left::contains))
              .toList();
      if (free.isEmpty()) {
        throw new IllegalStateException("tables refer to each other in a circle: " + left);
      }
      ordered.addAll(free);
      free.forEach(left::remove);
    }
    return ordered;
  }

  static List<String> texts(Connection connection, String sql) throws SQLException {
    var texts = new ArrayList<String>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
