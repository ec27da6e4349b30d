package dev.tidewatch.buildtools;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Target;

/**
 * Generates the jOOQ classes of one schema from a database that Flyway migrated.
 *
 * <p>Arguments: {@code --schema}, {@code --migrations} (folder), {@code --package}, {@code
 * --target} (folder), and optionally {@code --excludes} (a regular expression over the names of
 * tables that get no class). Nothing happens when the digest of the migrations, the arguments and
 * this program is the one of the last run; a folder without migrations gives no classes.
 */
public final class JooqGenerator {
  private JooqGenerator() {}

  /** Runs the generator; ends with an exception when a migration fails. */
  public static void main(String[] args) throws Exception {
    Arguments arguments =
        Arguments.parse(args, "schema", "migrations", "package", "target", "excludes");
    String schema = arguments.required("schema");
    String packageName = arguments.required("package");
    Path migrations = Path.of(arguments.required("migrations"));
    Path target = Path.of(arguments.required("target"));
    String excludes = arguments.optional("excludes").orElse("");

    List<Path> scripts = scripts(migrations);
    if (scripts.isEmpty()) {
      return;
    }
    String digest = digest(scripts, schema, packageName, excludes);
    Path remembered = target.resolveSibling(target.getFileName() + ".digest");
    if (Files.isRegularFile(remembered)
        && Files.isDirectory(target)
        && Files.readString(remembered).equals(digest)) {
      return;
    }
    try (MigratedDatabase database = MigratedDatabase.start()) {
      database.migrate(schema, migrations);
      GenerationTool.generate(configuration(database.url(), schema, packageName, target, excludes));
    }
    Files.writeString(remembered, digest);
  }

  private static Configuration configuration(
      String url, String schema, String packageName, Path target, String excludes) {
    Database database =
        new Database()
            .withName("org.jooq.meta.postgres.PostgresDatabase")
            .withInputSchema(schema)
            .withOutputSchemaToDefault(false)
            .withIncludes(".*")
            .withExcludes("flyway_schema_history" + (excludes.isEmpty() ? "" : "|" + excludes))
            .withIncludeRoutines(false)
            .withForcedTypes(
                new ForcedType()
                    .withName("INSTANT")
                    .withIncludeTypes("(?i:timestamp\\ with\\ time\\ zone|timestamptz)"));
    Generate generate =
        new Generate()
            .withGeneratedAnnotation(false)
            .withPojos(false)
            .withDaos(false)
            .withJavadoc(true)
            .withComments(true)
            .withImplicitJoinPathsToOne(false)
            .withImplicitJoinPathsToMany(false);
    return new Configuration()
        .withLogging(Logging.WARN)
        .withJdbc(
            new Jdbc()
                .withDriver("org.postgresql.Driver")
                .withUrl(url)
                .withUser("postgres")
                .withPassword(""))
        .withGenerator(
            new Generator()
                .withDatabase(database)
                .withGenerate(generate)
                .withTarget(
                    new Target()
                        .withPackageName(packageName)
                        .withDirectory(target.toString())
                        .withClean(true)));
  }

  private static List<Path> scripts(Path migrations) throws IOException {
    if (!Files.isDirectory(migrations)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(migrations)) {
      return found.filter(path -> path.toString().endsWith(".sql")).sorted().toList();
    }
  }

  private static String digest(List<Path> scripts, String... arguments) throws IOException {
    MessageDigest digest = sha256();
    for (String argument : arguments) {
      digest.update(argument.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    digest.update(org.jooq.Constants.FULL_VERSION.getBytes(StandardCharsets.UTF_8));
    try (InputStream self = JooqGenerator.class.getResourceAsStream("JooqGenerator.class")) {
      if (self != null) {
        digest.update(self.readAllBytes());
      }
    }
    for (Path script : scripts) {
      digest.update(script.getFileName().toString().getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(script));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException("every JDK has SHA-256", e));
    }
  }
}
