package dev.tidewatch.systemtests.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidewatch.standalone.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that every Dockerfile keeps. */
class DockerfileTest {
  private static final Set<String> KNOWN =
      Set.of(
          "FROM",
          "RUN",
          "COPY",
          "USER",
          "WORKDIR",
          "ENV",
          "EXPOSE",
          "VOLUME",
          "HEALTHCHECK",
          "ENTRYPOINT");

  static Stream<Dockerfile> dockerfiles() {
    return DockerFolder.dockerfiles().stream().map(Dockerfile::read);
  }

  @ParameterizedTest
  @MethodSource("dockerfiles")
  void isOfKnownInstructionsInTwoStagesOfPinnedImages(Dockerfile file) {
    assertThat(file.instructions()).allMatch(i -> KNOWN.contains(i.name()));
    assertThat(file.all("FROM")).hasSize(2);
    for (String from : file.all("FROM")) {
      String image = from.split(" ", 2)[0];
      assertThat(image).as("a tag, and not latest").matches("[a-z/-]+:[0-9][A-Za-z0-9._-]*");
    }
    assertThat(file.all("FROM").getFirst()).endsWith(" AS build");
  }

  @ParameterizedTest
  @MethodSource("dockerfiles")
  void runsAsAUserWithAPasswdEntryThatIsNotRoot(Dockerfile file) {
    assertThat(file.onlyOfLastStage("USER")).isEqualTo("10001:10001");
    assertThat(file.onlyOfLastStage("RUN"))
        .contains("groupadd --system --gid 10001 tidewatch")
        .contains("useradd --system --uid 10001");
    var names = file.lastStage().stream().map(Dockerfile.Instruction::name).toList();
    assertThat(names.indexOf("USER"))
        .as("the programs stay root's own: they are copied before the user is changed")
        .isGreaterThan(names.lastIndexOf("COPY"));
    assertThat(file.all("USER").getFirst()).as("of the build").isEqualTo("build");
    assertThat(file.all("WORKDIR")).allMatch(folder -> folder.startsWith("/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker/ingest.Dockerfile",
        "docker/registry.Dockerfile",
        "docker/inference.Dockerfile",
        "docker/monitor.Dockerfile",
        "docker/standalone.sh",
        "tidewatch"
      })
  void serversRunEverywhereAsTheyAreMeasured(String file) throws IOException {
    assertThat(Files.readString(DockerFolder.root().resolve(file)))
        .contains(ChildJvm.SERVER_OPTIONS);
  }

  @ParameterizedTest
  @MethodSource("dockerfiles")
  void copiesWhatThereIs(Dockerfile file) {
    String module = module(file);
    assertThat(DockerFolder.root().resolve(module).resolve("pom.xml")).exists();
    assertThat(file.all("RUN").get(1))
        .contains("-pl " + module + " -am")
        .contains("package dependency:copy-dependencies -DincludeScope=runtime");
    List<String> fromBuild = new ArrayList<>();
    for (String copy : file.all("COPY")) {
      List<String> words = Arrays.asList(copy.split(" ", -1));
      if (words.getFirst().startsWith("--from=")) {
        assertThat(words.getFirst()).isEqualTo("--from=build");
        fromBuild.add(words.get(1));
      } else {
        words.stream()
            .filter(word -> !word.startsWith("--"))
            .limit(words.stream().filter(word -> !word.startsWith("--")).count() - 1)
            .forEach(source -> assertThat(DockerFolder.root().resolve(source)).exists());
      }
    }
    String target = "/home/build/tidewatch/" + module + "/target/";
    assertThat(fromBuild)
        .containsExactly(target + "dependency/", target + "tidewatch-" + module + "-*.jar");
  }

  @ParameterizedTest
  @MethodSource("dockerfiles")
  void startsAndChecksProgramsThatExist(Dockerfile file) throws Exception {
    var check = file.onlyOfLastStage("HEALTHCHECK");
    assertThat(check).contains("--interval=").contains("--timeout=").contains("--start-period=");
    List<String> command = json(check.substring(check.indexOf("CMD ") + 4));
    int main = command.indexOf("dev.tidewatch.serverkit.grpc.HealthCheck");
    assertThat(main).isPositive();
    assertThat(Class.forName(command.get(main)).getMethod("main", String[].class)).isNotNull();
    List<String> exposed = List.of(file.onlyOfLastStage("EXPOSE").split(" ", -1));
    assertThat(command.subList(main + 1, command.size()))
        .isNotEmpty()
        .allSatisfy(
            target -> assertThat(exposed).contains(target.substring("localhost:".length())));

    List<String> entry = json(file.onlyOfLastStage("ENTRYPOINT"));
    if (entry.getFirst().equals("/bin/sh")) {
      Path script = DockerFolder.docker().resolve(Path.of(entry.get(1)).getFileName().toString());
      assertThat(script).exists();
      assertThat(Files.readString(script))
          .startsWith("#!/bin/sh")
          .contains("set -eu")
          .contains("exec java");
      assertThat(mains(Files.readString(script))).isNotEmpty();
    } else {
      assertThat(entry.getFirst()).isEqualTo("java");
      assertThat(mains(String.join(" ", entry))).hasSize(1);
    }
  }

  /** The classes of ours that a command line names; each must be there. */
  private static List<Class<?>> mains(String commands) throws ClassNotFoundException {
    List<Class<?>> found = new ArrayList<>();
    for (String word : commands.split("[\\s\"']+", -1)) {
      if (word.startsWith("dev.tidewatch.")) {
        found.add(Class.forName(word));
      }
    }
    return found;
  }

  /** Server module of {@code ingest.Dockerfile}; standalone is its own. */
  private static String module(Dockerfile file) {
    String name = String.valueOf(file.file().getFileName()).replace(".Dockerfile", "");
    return name.equals("standalone") ? name : name + "-server";
  }

  private static List<String> json(String array) throws JsonProcessingException {
    return List.of(JsonMapper.builder().build().readValue(array, String[].class));
  }
}
