package dev.tidewatch.systemtests.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The root pom refuses Kotlin, okhttp and okio in any module: shown by breaking the rule. */
class KotlinBanTest {
  private static final byte[] EMPTY_ZIP = {
    'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  /** A module of a seeded build, by its one library. */
  private record Module(String name, String group, String artifact) {}

  private static final Module CLEAN = new Module("clean", "dev.example", "harmless");
  private static final List<Module> BANNED =
      List.of(
          new Module("kotlin", "org.jetbrains.kotlin", "kotlin-stdlib"),
          new Module("okhttp", "com.squareup.okhttp3", "okhttp"),
          new Module("okio", "com.squareup.okio", "okio-jvm"));

  @TempDir Path folder;

  @Test
  void aModuleWithABannedArtifactFailsTheBuildAndAnotherPasses() throws Exception {
    write(CLEAN);
    for (Module module : BANNED) {
      write(module);
    }
    String output = validate();
    assertThat(output).containsPattern("seeded-clean [^\n]*SUCCESS");
    for (Module module : BANNED) {
      assertThat(output)
          .containsPattern("seeded-" + module.name() + " [^\n]*FAILURE")
          .contains(module.group() + ":" + module.artifact());
    }
    assertThat(output).contains("free of Kotlin");
  }

  private void write(Module module) throws IOException {
    Path place = Files.createDirectories(folder.resolve(module.name()));
    // A local file in place of the library: the rule looks at coordinates, and nothing is fetched.
    Path jar = place.resolve("empty.jar");
    Files.write(jar, EMPTY_ZIP);
    Files.writeString(
        place.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <parent>
            <groupId>dev.tidewatch</groupId>
            <artifactId>tidewatch</artifactId>
            <version>0.1.0-SNAPSHOT</version>
            <relativePath>%s</relativePath>
          </parent>
          <artifactId>seeded-%s</artifactId>
          <dependencies>
            <dependency>
              <groupId>%s</groupId>
              <artifactId>%s</artifactId>
              <version>1</version>
              <scope>system</scope>
              <systemPath>%s</systemPath>
            </dependency>
          </dependencies>
        </project>
        """
            .formatted(
                // Maven takes it from the module's folder on, be it absolute or not.
                place.toRealPath().relativize(Repository.root().toRealPath().resolve("pom.xml")),
                module.name(),
                module.group(),
                module.artifact(),
                jar));
  }

  /** Builds all modules as far as the rule, each whatever became of the others. */
  private String validate() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>dev.example</groupId>
          <artifactId>seeded</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <modules>
            <module>clean</module>
            <module>kotlin</module>
            <module>okhttp</module>
            <module>okio</module>
          </modules>
        </project>
        """);
    String maven = System.getProperty("maven.home", "");
    String command =
        maven.isEmpty()
            ? Repository.root().resolve("mvnw").toString()
            : Path.of(maven, "bin", "mvn").toString();
    Process process =
        new ProcessBuilder(
                command,
                "-B",
                "-o",
                "--fail-at-end",
                "validate",
                "-f",
                folder.resolve("pom.xml").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isNotZero();
    return output;
  }
}
