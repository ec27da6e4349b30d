package dev.tidewatch.systemtests.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The root pom refuses Kotlin, okhttp and okio in any module: shown by breaking the rule. */
class KotlinBanTest {
  @TempDir Path folder;

  @Test
  void aModuleWithoutABannedArtifactPasses() throws Exception {
    Build build = validate("");
    assertThat(build.exitCode()).as(build.output()).isZero();
  }

  @Test
  void aModuleWithKotlinFailsTheBuild() throws Exception {
    assertRefused("org.jetbrains.kotlin", "kotlin-stdlib");
  }

  @Test
  void aModuleWithOkhttpFailsTheBuild() throws Exception {
    assertRefused("com.squareup.okhttp3", "okhttp");
  }

  @Test
  void aModuleWithOkioFailsTheBuild() throws Exception {
    assertRefused("com.squareup.okio", "okio-jvm");
  }

  private void assertRefused(String group, String artifact) throws Exception {
    // A local file in place of the library: the rule looks at coordinates, and nothing is fetched.
    Path jar = folder.resolve("empty.jar");
    Files.write(jar, EMPTY_ZIP);
    Build build =
        validate(
            """
            <dependency>
              <groupId>%s</groupId>
              <artifactId>%s</artifactId>
              <version>1</version>
              <scope>system</scope>
              <systemPath>%s</systemPath>
            </dependency>
            """
                .formatted(group, artifact, jar));
    assertThat(build.exitCode()).as(build.output()).isNotZero();
    assertThat(build.output()).contains("free of Kotlin").contains(group + ":" + artifact);
  }

  private Build validate(String dependency) throws IOException, InterruptedException {
    Path root = Repository.root();
    Files.writeString(
        folder.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <parent>
            <groupId>dev.tidewatch</groupId>
            <artifactId>tidewatch</artifactId>
            <version>0.1.0-SNAPSHOT</version>
            <relativePath>%s</relativePath>
          </parent>
          <artifactId>seeded-violation</artifactId>
          <dependencies>%s</dependencies>
        </project>
        """
            .formatted(root.resolve("pom.xml"), dependency));
    String maven = System.getProperty("maven.home", "");
    String command =
        maven.isEmpty() ? root.resolve("mvnw").toString() : Path.of(maven, "bin", "mvn").toString();
    Process process =
        new ProcessBuilder(
                command, "-B", "-o", "-q", "validate", "-f", folder.resolve("pom.xml").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    return new Build(process.exitValue(), output);
  }

  private record Build(int exitCode, String output) {}

  private static final byte[] EMPTY_ZIP = {
    'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
}
