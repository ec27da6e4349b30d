package dev.tidewatch.serverkit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {
  enum Policy {
    KEEP_FIRST,
    KEEP_LAST
  }

  record Listen(
      @Setting(description = "Port.", defaultValue = "1") int port,
      @Setting(description = "Host.", defaultValue = "localhost") String host) {
    Listen {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port: " + port + ", expected 0 to 65535");
      }
    }
  }

  record Server(
      @Setting(description = "Where.", defaults = "port=7410") Listen listen,
      @Setting(description = "Lateness.", defaultValue = "10s") Duration lateness,
      @Setting(description = "Largest batch.", defaultValue = "64MiB") ByteSize batchBytesMax,
      @Setting(description = "Duplicates.", defaultValue = "keep-last") Policy policy,
      @Setting(description = "Peers.") List<URI> peers,
      @Setting(description = "Ratio.", defaultValue = "0.5") double ratio,
      @Setting(description = "Whether.", defaultValue = "false") boolean strict,
      @Setting(description = "Rows.", defaultValue = "1_000_000") long rowsMax,
      @Setting(description = "Since.") Optional<Instant> since,
      @Setting(description = "Password.", defaultValue = "") Secret password) {}

  record Required(@Setting(description = "Folder.") Path folder) {}

  record Whole(
      @Setting(description = "One.") Server ingest, @Setting(description = "Two.") Listen other) {}

  @TempDir Path folder;

  @Test
  void withoutAnythingTheDefaultsHoldAndTheOwnerOverridesThoseOfANestedRecord() {
    Server server = ConfigLoader.of(Server.class, "ingest").load();
    assertThat(server)
        .isEqualTo(
            new Server(
                new Listen(7410, "localhost"),
                Duration.ofSeconds(10),
                new ByteSize(64L << 20),
                Policy.KEEP_LAST,
                List.of(),
                0.5,
                false,
                1_000_000,
                Optional.empty(),
                Secret.NONE));
  }

  @Test
  void flagsBeatTheEnvironmentThatBeatsTheFileThatBeatsPresets() throws IOException {
    Path file =
        write(
            """
            ingest:
              listen: {port: 3, host: from-file}
              lateness: 3m
              policy: keep-first
              rows-max: 3
            """);
    Server server =
        ConfigLoader.of(Server.class, "ingest")
            .presets(
                Map.of(
                    "ingest.listen.port", "2",
                    "ingest.listen.host", "from-preset",
                    "ingest.ratio", "0.2"))
            .file(file)
            .environment(
                Map.of("TIDEWATCH_INGEST_LISTEN_PORT", "4", "TIDEWATCH_INGEST_LATENESS", "4m"))
            .flags(List.of("--ingest.listen.port=5"))
            .load();
    assertThat(server.listen().port()).isEqualTo(5);
    assertThat(server.lateness()).isEqualTo(Duration.ofMinutes(4));
    assertThat(server.listen().host()).isEqualTo("from-file");
    assertThat(server.policy()).isEqualTo(Policy.KEEP_FIRST);
    assertThat(server.rowsMax()).isEqualTo(3);
    assertThat(server.ratio()).isEqualTo(0.2);
  }

  @Test
  void everyTypeIsReadFromTextAndFromYaml() throws IOException {
    Path file =
        write(
            """
            ingest:
              peers: ["http://a:1", "http://b:2"]
              batch-bytes-max: 2GiB
              strict: true
              since: 2024-05-01T00:00:00Z
              password: hunter2
              lateness: PT1M30S
            """);
    Server fromFile = ConfigLoader.of(Server.class, "ingest").file(file).load();
    Server fromFlags =
        ConfigLoader.of(Server.class, "ingest")
            .flags(
                List.of(
                    "--ingest.peers=http://a:1, http://b:2",
                    "--ingest.batch-bytes-max=2GiB",
                    "--ingest.strict",
                    "--ingest.since=2024-05-01T00:00:00Z",
                    "--ingest.password=hunter2",
                    "--ingest.lateness=1.5m"))
            .load();
    assertThat(fromFile).isEqualTo(fromFlags);
    assertThat(fromFile.peers())
        .containsExactly(URI.create("http://a:1"), URI.create("http://b:2"));
    assertThat(fromFile.since()).contains(Instant.parse("2024-05-01T00:00:00Z"));
    assertThat(fromFile.toString()).doesNotContain("hunter2");
  }

  @Test
  void unknownKeysAreRefusedWithTheNearestName() throws IOException {
    Path file = write("ingest:\n  latenes: 3s\nregistryy:\n  port: 3\n");
    List<ConfigProblem> problems =
        problemsOf(
            ConfigLoader.of(Server.class, "ingest")
                .otherSections(List.of("registry"))
                .file(file)
                .environment(Map.of("TIDEWATCH_INGEST_LISTEN_PROT", "3", "TIDEWATCH_DATA", "/x"))
                .flags(List.of("--ingest.listen.pot=3", "--registry.port=9", "stray")));
    assertThat(problems)
        .extracting(ConfigProblem::key)
        .containsExactlyInAnyOrder(
            "ingest.latenes",
            "registryy.port",
            "TIDEWATCH_INGEST_LISTEN_PROT",
            "ingest.listen.pot",
            "stray");
    assertThat(problems)
        .extracting(ConfigProblem::toString)
        .anyMatch(text -> text.contains("did you mean ingest.lateness?") && text.contains("file"))
        .anyMatch(text -> text.contains("did you mean TIDEWATCH_INGEST_LISTEN_PORT?"))
        .anyMatch(text -> text.contains("did you mean ingest.listen.port?"))
        .anyMatch(text -> text.contains("--key=value"));
  }

  @Test
  void allProblemsAreToldAtOnceWithKeySourceAndExpectedForm() throws IOException {
    Path file = write("ingest: {listen: 7, policy: newest, peers: 3}\n");
    List<ConfigProblem> problems =
        problemsOf(
            ConfigLoader.of(Server.class, "ingest")
                .file(file)
                .environment(Map.of("TIDEWATCH_INGEST_LATENESS", "soon"))
                .flags(List.of("--ingest.ratio=NaN", "--ingest.strict=maybe")));
    assertThat(problems)
        .extracting(ConfigProblem::toString)
        .anyMatch(text -> text.startsWith("ingest.listen (file") && text.contains("a section"))
        .anyMatch(text ->
            text.startsWith("ingest.policy (file")
                && text.contains("'newest', expected one of keep-first, keep-last"))
        .anyMatch(text ->
            text.startsWith("ingest.lateness (environment variable TIDEWATCH_INGEST_LATENESS)")
                && text.contains("'soon', expected a duration such as"))
        .anyMatch(text -> text.startsWith("ingest.ratio (flag --ingest.ratio)"))
        .anyMatch(text -> text.startsWith("ingest.strict") && text.contains("true or false"));
    assertThat(problems).hasSize(5);
  }

  @Test
  void whatARecordRefusesIsAProblemOfItsSection() {
    List<ConfigProblem> problems =
        problemsOf(
            ConfigLoader.of(Server.class, "ingest").flags(List.of("--ingest.listen.port=70000")));
    assertThat(problems)
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.key()).isEqualTo("ingest.listen");
          assertThat(problem.message()).isEqualTo("port: 70000, expected 0 to 65535");
        });
  }

  @Test
  void aMissingRequiredSettingAndAMissingFileAreProblems() {
    assertThat(problemsOf(ConfigLoader.of(Required.class, "x")))
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains("x.folder", "is required"));
    assertThat(
            problemsOf(ConfigLoader.of(Server.class, "ingest").file(folder.resolve("absent.yaml"))))
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains("cannot be read"));
  }

  @Test
  void brokenYamlIsAProblemOfTheFile() throws IOException {
    assertThat(
            problemsOf(ConfigLoader.of(Server.class, "ingest").file(write("ingest: [unclosed\n"))))
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains("is not YAML"));
    assertThat(
            problemsOf(
                ConfigLoader.of(Server.class, "ingest")
                    .file(write("ingest: {ratio: 1, ratio: 2}\n"))))
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains("ratio"));
  }

  @Test
  void theFileIsNamedByFlagOrEnvironment() throws IOException {
    Path file = write("ingest: {ratio: 0.75}\n");
    assertThat(
            ConfigLoader.of(Server.class, "ingest")
                .flags(List.of("--config=" + file))
                .load()
                .ratio())
        .isEqualTo(0.75);
    assertThat(
            ConfigLoader.of(Server.class, "ingest")
                .environment(Map.of("TIDEWATCH_CONFIG", file.toString()))
                .load()
                .ratio())
        .isEqualTo(0.75);
  }

  @Test
  void aRecordOfSectionsChecksTheEnvironmentOfEach() {
    Whole whole =
        ConfigLoader.of(Whole.class, "")
            .environment(Map.of("TIDEWATCH_OTHER_PORT", "9", "TIDEWATCH_UNRELATED", "x"))
            .flags(List.of("--ingest.listen.port=8"))
            .load();
    assertThat(whole.other().port()).isEqualTo(9);
    assertThat(whole.ingest().listen().port()).isEqualTo(8);
    assertThat(
            problemsOf(
                ConfigLoader.of(Whole.class, "").environment(Map.of("TIDEWATCH_OTHER_PROT", "9"))))
        .hasSize(1);
  }

  @Test
  void sizesAreWrittenTheWayTheyAreRead() {
    for (String text : List.of("0B", "512B", "64KiB", "16MiB", "2GiB", "1025B")) {
      assertThat(ByteSize.parse(text)).hasToString(text);
    }
    assertThat(ByteSize.parse("64 kib")).isEqualTo(new ByteSize(65_536));
    assertThatThrownBy(() -> ByteSize.parse("64MB")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theReferenceNamesEverySetting() {
    assertThat(ConfigReference.markdown(Server.class, "ingest"))
        .contains(
            "### `ingest.listen`",
            "| `ingest.listen.port` | `TIDEWATCH_INGEST_LISTEN_PORT` | a whole number | `7410` |"
                + " Port. |",
            "| `ingest.policy` | `TIDEWATCH_INGEST_POLICY` | one of keep-first, keep-last |"
                + " `keep-last` | Duplicates. |",
            "| `ingest.peers` | `TIDEWATCH_INGEST_PEERS` | list, each a URI | none | Peers. |");
    assertThat(ConfigReference.markdown(Required.class, "x")).contains("**required**");
    assertThat(ConfigReference.text(Server.class, "ingest"))
        .contains(
            """
            --ingest.listen.port   TIDEWATCH_INGEST_LISTEN_PORT
                a whole number; default 7410
                Port.
            """);
  }

  @Test
  void editDistanceIsLevenshteins() {
    assertThat(Names.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Names.distance("", "abc")).isEqualTo(3);
    assertThat(Names.distance("port", "port")).isZero();
  }

  private static List<ConfigProblem> problemsOf(ConfigLoader<?> loader) {
    ConfigException thrown = catchThrowableOfType(ConfigException.class, loader::load);
    return thrown == null ? List.of() : thrown.problems();
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), yaml);
  }
}
