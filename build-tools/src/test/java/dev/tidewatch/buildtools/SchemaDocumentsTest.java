package dev.tidewatch.buildtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -Dtidewatch.documents.write=true} the documents are written instead of compared. */
final class SchemaDocumentsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static SchemaDocuments documents =
      new SchemaDocuments("", Diagram.of(java.util.List.of()));

  @TempDir Path folder;

  @BeforeAll
  static void generate() throws IOException, SQLException {
    documents = SchemaDocuments.generate(ROOT);
    if (Boolean.getBoolean("tidewatch.documents.write")) {
      documents.write(ROOT.resolve("docs/db"));
    }
  }

  @Test
  void theDocumentsInTheRepositoryAreThoseOfTheMigrations() throws IOException {
    assertThat(ROOT.resolve("docs/db/schema.sql"))
        .as("stale: run ./tidewatch docs")
        .hasContent(documents.sql());
    assertThat(ROOT.resolve("docs/db/erd.svg"))
        .as("stale: run ./tidewatch docs")
        .hasContent(documents.svg());
    assertThat(ROOT.resolve("docs/db/erd.png")).isNotEmptyFile();
  }

  @Test
  void theSqlMakesTheSameSchemasAgain() throws IOException, SQLException {
    try (var database = MigratedDatabase.start();
        var connection = DriverManager.getConnection(database.url(), "postgres", "");
        var statement = connection.createStatement()) {
      statement.execute(documents.sql());
      assertThat(SchemaDocuments.of(database.url())).isEqualTo(documents);
    }
  }

  @Test
  void everyTableAndColumnIsDescribed() {
    documents
        .sql()
        .lines()
        .filter(line -> line.startsWith("CREATE TABLE ") && line.endsWith("("))
        .map(line -> line.substring("CREATE TABLE ".length(), line.length() - 2))
        .forEach(
            table -> assertThat(documents.sql()).contains("COMMENT ON TABLE " + table + " IS '"));
    for (Diagram.Box box : documents.diagram().boxes()) {
      for (Diagram.Row row : box.rows()) {
        assertThat(documents.sql())
            .containsPattern(
                "COMMENT ON COLUMN "
                    + box.schema()
                    + "\\.\"?"
                    + box.table()
                    + "\"?\\.\"?"
                    + row.name()
                    + "\"? IS '");
      }
    }
  }

  @Test
  void thePictureHasEveryForeignKeyAndNoOverlap() throws IOException {
    Diagram diagram = documents.diagram();
    long foreignKeys =
        documents.sql().lines().filter(line -> line.contains(" FOREIGN KEY (")).count();
    assertThat(diagram.arrows()).hasSize((int) foreignKeys);
    for (Diagram.Box one : diagram.boxes()) {
      assertThat(one.x() + one.width()).isLessThanOrEqualTo(diagram.width());
      assertThat(one.y() + one.height()).isLessThanOrEqualTo(diagram.height());
      for (Diagram.Box other : diagram.boxes()) {
        boolean apart =
            one.equals(other)
                || one.x() + one.width() <= other.x()
                || other.x() + other.width() <= one.x()
                || one.y() + one.height() <= other.y()
                || other.y() + other.height() <= one.y();
        assertThat(apart).as("%s and %s", one.table(), other.table()).isTrue();
      }
    }
    documents.write(folder);
    var image = ImageIO.read(folder.resolve("erd.png").toFile());
    assertThat(image.getWidth()).isEqualTo(diagram.width());
    assertThat(image.getHeight()).isEqualTo(diagram.height());
    assertThat(Files.readString(folder.resolve("erd.svg"))).contains("<svg ", "</svg>");
  }
}
