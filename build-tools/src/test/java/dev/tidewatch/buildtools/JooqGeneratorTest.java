package dev.tidewatch.buildtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JooqGeneratorTest {
  @TempDir Path folder;

  @Test
  void generatesFromTheMigratedSchemaAndOnlyWhenSomethingChanged() throws Exception {
    migration(
        "V1__first.sql", "CREATE TABLE note (id int PRIMARY KEY, made timestamptz NOT NULL);");
    generate();
    Path table = folder.resolve("out/dev/x/jooq/tables/Note.java");
    assertThat(table).content().contains("SQLDataType.INSTANT");
    assertThat(folder.resolve("out/dev/x/jooq/Tables.java"))
        .content()
        .doesNotContainIgnoringCase("flyway");

    Files.writeString(table, "untouched");
    generate();
    assertThat(table).hasContent("untouched");

    migration("V2__second.sql", "ALTER TABLE note ADD COLUMN text text;");
    generate();
    assertThat(table).content().contains("TEXT");
  }

  @Test
  void withoutMigrationsThereIsNothingToDo() throws Exception {
    generate();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aBrokenMigrationFailsTheBuild() throws Exception {
    migration("V1__broken.sql", "CREATE TABEL note ();");
    assertThatThrownBy(this::generate).isInstanceOf(FlywayException.class);
    assertThat(folder.resolve("out.digest")).doesNotExist();
  }

  @Test
  void argumentsAreCheckedByName() {
    assertThatThrownBy(() -> JooqGenerator.main(new String[] {"--schemas=x"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--schemas=x");
    assertThatThrownBy(() -> JooqGenerator.main(new String[] {})).hasMessageContaining("--schema=");
  }

  private void migration(String name, String sql) throws Exception {
    Files.createDirectories(folder.resolve("sql"));
    Files.writeString(folder.resolve("sql").resolve(name), sql);
  }

  private void generate() throws Exception {
    JooqGenerator.main(
        new String[] {
          "--schema=notes",
          "--migrations=" + folder.resolve("sql"),
          "--package=dev.x.jooq",
          "--target=" + folder.resolve("out")
        });
  }
}
