package dev.tidewatch.systemtests.structure;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Arrows run downwards only, proto and jOOQ types stop where they should, time and randomness are
 * injected.
 */
class ArrowsTest {
  private static final List<String> SERVERS = List.of("ingest", "registry", "inference", "monitor");
  private static final Pattern NOW =
      Pattern.compile("(?<![.\\w])now\\s*\\(\\s*\\)", Pattern.CASE_INSENSITIVE);

  private static JavaClasses ours;

  @BeforeAll
  static void readTheClasses() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tidewatch");
    assertThat(ours.size()).isGreaterThan(500);
    for (String server : SERVERS) {
      assertThat(ours.contain("dev.tidewatch." + server + ".Main")).as(server).isTrue();
    }
  }

  @Test
  void arrowsRunDownwardsOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.tidewatch..")
        .layer("timeseries")
        .definedBy("dev.tidewatch.timeseries..")
        .layer("models")
        .definedBy("dev.tidewatch.models..")
        .layer("proto")
        .definedBy("dev.tidewatch.proto..")
        .layer("server-kit")
        .definedBy("dev.tidewatch.serverkit..")
        .layer("ingest")
        .definedBy("dev.tidewatch.ingest..")
        .layer("registry")
        .definedBy("dev.tidewatch.registry..")
        .layer("inference")
        .definedBy("dev.tidewatch.inference..")
        .layer("monitor")
        .definedBy("dev.tidewatch.monitor..")
        .layer("sdk")
        .definedBy("dev.tidewatch.sdk..")
        .layer("trainer")
        .definedBy("dev.tidewatch.trainer..")
        .layer("cli")
        .definedBy("dev.tidewatch.cli..")
        .layer("standalone")
        .definedBy("dev.tidewatch.standalone..")
        .whereLayer("timeseries")
        .mayNotAccessAnyLayer()
        .whereLayer("models")
        .mayOnlyAccessLayers("timeseries")
        .whereLayer("proto")
        .mayNotAccessAnyLayer()
        .whereLayer("server-kit")
        .mayOnlyAccessLayers("proto")
        .whereLayer("ingest")
        .mayOnlyAccessLayers("timeseries", "proto", "server-kit")
        .whereLayer("registry")
        .mayOnlyAccessLayers("timeseries", "proto", "server-kit")
        .whereLayer("inference")
        .mayOnlyAccessLayers("timeseries", "models", "proto", "server-kit")
        .whereLayer("monitor")
        .mayOnlyAccessLayers("timeseries", "proto", "server-kit")
        .whereLayer("sdk")
        .mayOnlyAccessLayers("timeseries", "proto")
        .whereLayer("trainer")
        .mayOnlyAccessLayers("timeseries", "models", "proto", "sdk")
        .whereLayer("cli")
        .mayOnlyAccessLayers("timeseries", "models", "proto", "sdk", "trainer")
        .whereLayer("standalone")
        .mayNotBeAccessedByAnyLayer()
        .check(ours);
  }

  @Test
  void serverKitHasNoWordOfTheDomain() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidewatch.serverkit..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.tidewatch.proto..")
                .and(
                    com.tngtech.archunit.base.DescribedPredicate.not(
                        resideInAPackage("dev.tidewatch.proto.type.v1"))))
        .check(ours);
  }

  @Test
  void protoTypesStopAtTheAdapters() {
    noClasses()
        .that()
        .resideInAnyPackage(perServer(".storage.."))
        .should()
        .dependOnClassesThat(resideInAPackage("dev.tidewatch.proto.."))
        .check(ours);
    noClasses()
        .that()
        .resideInAnyPackage("dev.tidewatch.timeseries..", "dev.tidewatch.models..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.grpc..", "org.jooq..", "java.sql.."))
        .check(ours);
    // SavedModels, ONNX files and Tribuo's models are protobuf messages.
    noClasses()
        .that()
        .resideInAnyPackage("dev.tidewatch.timeseries..", "dev.tidewatch.models..")
        .and()
        .resideOutsideOfPackages(
            "dev.tidewatch.models.tensorflow..",
            "dev.tidewatch.models.onnx..",
            "dev.tidewatch.models.tribuo.served..")
        .should()
        .dependOnClassesThat(resideInAPackage("com.google.protobuf.."))
        .check(ours);
  }

  @Test
  void jooqTypesStopAtStorage() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.tidewatch.*.storage..", "dev.tidewatch.serverkit.database..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.jooq.."))
        .check(ours);
  }

  @Test
  void timeAndRandomnessAreInjected() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Main")
        .and()
        .haveSimpleNameNotEndingWith("Main")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(Random.class)
        .check(ours);
  }

  @Test
  void namesSayWhatAClassIs() {
    classes()
        .that()
        .resideOutsideOfPackage("dev.tidewatch.proto..")
        .and()
        .areTopLevelClasses()
        .should()
        .haveNameNotMatching(".*(Impl|Utils?|Helper|Manager|Info|Data)$")
        .check(ours);
    assertThat(ours.stream().map(JavaClass::getPackageName))
        .noneMatch(
            name -> name.endsWith(".common") || name.endsWith(".util") || name.endsWith(".utils"));
  }

  /** Data is judged by the domain clock, so no SQL of ours asks the database for the time. */
  @Test
  void sqlDoesNotAskForTheTime() throws IOException {
    for (String server : SERVERS) {
      Path sources = Repository.root().resolve(server + "-server").resolve("src").resolve("main");
      try (Stream<Path> files = Files.walk(sources)) {
        List<Path> offending =
            files
                .filter(file ->
                    file.toString().endsWith(".sql") || file.toString().contains("/storage/"))
                .filter(Files::isRegularFile)
                .filter(file -> asksForTheTime(Repository.read(file)))
                .toList();
        assertThat(offending).as(server).isEmpty();
      }
    }
  }

  private static boolean asksForTheTime(String text) {
    return NOW.matcher(text).find()
        || text.contains("CURRENT_TIMESTAMP")
        || text.contains("clock_timestamp")
        || text.contains("currentOffsetDateTime");
  }

  private static String[] perServer(String suffix) {
    return SERVERS.stream()
        .map(server -> "dev.tidewatch." + server + suffix)
        .toArray(String[]::new);
  }
}
