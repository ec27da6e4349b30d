package dev.tidewatch.buildtools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The documents of the database: {@code schema.sql}, and the entity-relationship picture as {@code
 * erd.svg} and {@code erd.png}, from what the servers' migrations make of an empty plain
 * PostgreSQL.
 *
 * @param sql text of {@code schema.sql}
 * @param diagram the picture
 */
public record SchemaDocuments(String sql, Diagram diagram) {
  private static final List<String> SCHEMAS = List.of("ingest", "registry", "inference", "monitor");

  /**
   * Arguments: {@code --root}, the folder of the repository; {@code --target}, where the three
   * files go, {@code docs/db} of it by default.
   */
  public static void main(String[] args) throws IOException, SQLException {
    Arguments arguments = Arguments.parse(args, "root", "target");
    Path root = Path.of(arguments.required("root"));
    generate(root)
        .write(arguments.optional("target").map(Path::of).orElse(root.resolve("docs/db")));
  }

  /** Migrates a database with the scripts of the repository in {@code root} and looks at it. */
  public static SchemaDocuments generate(Path root) throws IOException, SQLException {
    try (MigratedDatabase database = MigratedDatabase.start()) {
      for (String schema : SCHEMAS) {
        database.migrate(
            schema, root.resolve(schema + "-server/src/main/resources/db/migration/" + schema));
      }
      return of(database.url());
    }
  }

  /** The picture as text. */
  public String svg() {
    return DiagramSvg.of(diagram);
  }

  /** Writes the three files. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("schema.sql"), sql);
    Files.writeString(folder.resolve("erd.svg"), svg());
    DiagramPng.write(diagram, folder.resolve("erd.png"));
  }

  static SchemaDocuments of(String url) throws SQLException {
    List<Schema> schemas = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, "postgres", "")) {
      for (String schema : SCHEMAS) {
        schemas.add(Schema.read(connection, schema));
      }
    }
    return new SchemaDocuments(SchemaSql.of(schemas), Diagram.of(schemas));
  }
}
