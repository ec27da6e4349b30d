package dev.tidewatch.systemtests.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidewatch.inference.InferenceConfig;
import dev.tidewatch.ingest.IngestConfig;
import dev.tidewatch.monitor.MonitorConfig;
import dev.tidewatch.registry.RegistryConfig;
import dev.tidewatch.serverkit.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The compose file against the rules of the Compose specification, and against our own servers. */
class ComposeTest {
  private static final Map<String, Class<? extends Record>> SERVERS =
      new TreeMap<>(
          Map.of(
              "ingest", IngestConfig.class,
              "registry", RegistryConfig.class,
              "inference", InferenceConfig.class,
              "monitor", MonitorConfig.class));
  private static final List<String> SECTIONS = List.copyOf(SERVERS.keySet());
  private static final Set<String> TOP = Set.of("name", "services", "volumes");
  private static final Set<String> OF_SERVICES =
      Set.of(
          "build",
          "cap_drop",
          "depends_on",
          "entrypoint",
          "environment",
          "healthcheck",
          "image",
          "ports",
          "read_only",
          "restart",
          "security_opt",
          "shm_size",
          "stop_grace_period",
          "tmpfs",
          "volumes");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(?::([?-])([^}]*))?}");
  private static final Pattern PORT =
      Pattern.compile("\\$\\{TIDEWATCH_BIND:-127\\.0\\.0\\.1}:(\\d+):(\\d+)");
  private static final Pattern METRIC = Pattern.compile("\\b(?:tidewatch|rpc|jvm)_[a-z0-9_]+");

  private final Path folder = DockerFolder.docker();
  private final Map<String, Object> compose = DockerFolder.yaml(folder.resolve("compose.yaml"));
  private final Map<String, Object> services = DockerFolder.map(part(compose, "services"));

  @Test
  void hasKnownKeysAndTheServicesThatAreMeant() {
    assertThat(compose.keySet())
        .allMatch(key -> TOP.contains(key) || key.startsWith("x-"))
        .contains("services");
    assertThat(services.keySet())
        .containsExactlyInAnyOrder(
            "database",
            "keys",
            "ingest",
            "registry",
            "inference",
            "monitor",
            "tracing",
            "prometheus",
            "grafana");
    services.forEach((name, service) ->
        assertThat(DockerFolder.map(service).keySet())
            .as(name)
            .isSubsetOf(OF_SERVICES)
            .contains("image"));
  }

  @Test
  void imagesArePinnedOrBuiltFromFilesThatExist() {
    services.forEach((name, value) -> {
      Map<String, Object> service = DockerFolder.map(value);
      assertThat(part(service, "image"))
          .asString()
          .as(name)
          .matches("[a-z/]+:v?[0-9][A-Za-z0-9._-]+");
      if (service.containsKey("build")) {
        Map<String, Object> build = DockerFolder.map(part(service, "build"));
        assertThat(part(build, "context")).isEqualTo("..");
        assertThat(DockerFolder.root().resolve(part(build, "dockerfile").toString()))
            .as(name)
            .isRegularFile();
      } else {
        assertThat(part(service, "image").toString()).doesNotStartWith("tidewatch/");
      }
    });
  }

  @Test
  void volumesAreDeclaredOrFilesThatExist() {
    Set<String> used = new TreeSet<>();
    services.forEach((name, value) -> {
      for (Object volume : listOf(DockerFolder.map(value), "volumes")) {
        String source = volume.toString().split(":", -1)[0];
        if (source.startsWith(".")) {
          assertThat(folder.resolve(source)).as(name).exists();
        } else {
          used.add(source);
        }
      }
    });
    assertThat(DockerFolder.map(part(compose, "volumes")).keySet()).isEqualTo(used);
  }

  @Test
  void whoIsWaitedForExistsAndCanBeAsked() {
    services.forEach((name, value) -> {
      Object waits = DockerFolder.map(value).getOrDefault("depends_on", List.of());
      Map<String, Object> conditions = new TreeMap<>();
      if (waits instanceof List<?> names) {
        names.forEach(other -> conditions.put(String.valueOf(other), Map.of()));
      } else {
        conditions.putAll(DockerFolder.map(waits));
      }
      assertThat(services.keySet()).as(name).containsAll(conditions.keySet());
      conditions.forEach((other, condition) -> {
        if (Map.of("condition", "service_healthy").equals(condition)) {
          assertThat(hasHealthCheck(other)).as(name + " waits for " + other).isTrue();
        }
      });
    });
  }

  private boolean hasHealthCheck(String name) {
    Map<String, Object> service = DockerFolder.map(part(services, name));
    if (service.containsKey("healthcheck")) {
      return DockerFolder.map(part(service, "healthcheck")).containsKey("test");
    }
    if (!service.containsKey("build")) {
      return false;
    }
    Object file = part(DockerFolder.map(part(service, "build")), "dockerfile");
    return !Dockerfile.read(DockerFolder.root().resolve(file.toString()))
        .all("HEALTHCHECK")
        .isEmpty();
  }

  /** The servers themselves read what the compose file gives them: an unknown key is an error. */
  @Test
  void theServersAcceptTheirEnvironment() throws IOException {
    Path keys = Files.createTempFile("tidewatch", ".yaml");
    try {
      Files.writeString(keys, keysFileOfTheScript());
      SERVERS.forEach((name, type) -> {
        Map<String, String> environment = environment(name);
        assertThat(environment).containsEntry("TIDEWATCH_CONFIG", "/etc/tidewatch/tidewatch.yaml");
        environment.put("TIDEWATCH_CONFIG", keys.toString());
        environment.putAll(imageEnvironment(name));
        Record config =
            ConfigLoader.of(type, name).otherSections(SECTIONS).environment(environment).load();
        assertThat(config.toString()).as(name).contains("0.0.0.0").contains("database:5432");
      });
    } finally {
      Files.delete(keys);
    }
  }

  /** The document between the marks of make-keys.sh, with some key in it. */
  private String keysFileOfTheScript() {
    String script = DockerFolder.read(folder.resolve("make-keys.sh"));
    int start = script.indexOf("<<YAML\n") + "<<YAML\n".length();
    return script
        .substring(start, script.indexOf("\nYAML\n", start))
        .replace("$servers", "some-key");
  }

  private static Map<String, String> imageEnvironment(String server) {
    Map<String, String> environment = new HashMap<>();
    Dockerfile file = Dockerfile.read(DockerFolder.docker().resolve(server + ".Dockerfile"));
    for (String pair : file.onlyOfLastStage("ENV").split("\\s+", -1)) {
      environment.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return environment;
  }

  private Map<String, String> environment(String server) {
    Map<String, String> environment = new HashMap<>();
    DockerFolder.map(part(DockerFolder.map(part(services, server)), "environment"))
        .forEach((key, value) -> environment.put(key, substituted(value.toString())));
    return environment;
  }

  private static String substituted(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found ->
            Matcher.quoteReplacement("-".equals(found.group(2)) ? found.group(3) : "value"));
  }

  @Test
  void variablesAreThoseOfTheExample() {
    Set<String> used = new TreeSet<>();
    VARIABLE
        .matcher(DockerFolder.read(folder.resolve("compose.yaml")))
        .results()
        .forEach(found -> used.add(found.group(1)));
    Set<String> offered = new TreeSet<>();
    DockerFolder.read(folder.resolve(".env.example"))
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> offered.add(line.substring(0, line.indexOf('='))));
    assertThat(offered).isEqualTo(used);
  }

  @Test
  void portsArePublishedOnceOnTheAddressThatIsSet() {
    Set<String> published = new HashSet<>();
    services.forEach((name, value) -> {
      for (Object port : listOf(DockerFolder.map(value), "ports")) {
        Matcher parts = PORT.matcher(port.toString());
        assertThat(parts.matches()).as(name + ": " + port).isTrue();
        assertThat(published.add(parts.group(1))).as("published twice: " + port).isTrue();
        if (SERVERS.containsKey(name)) {
          assertThat(exposed(name)).contains(parts.group(2));
        }
      }
    });
    assertThat(published).contains("7410", "7420", "7430", "7440");
  }

  @Test
  void prometheusAsksEveryServerWhereItsMetricsAre() {
    Map<String, Object> prometheus = DockerFolder.yaml(folder.resolve("prometheus/prometheus.yml"));
    List<String> targets = new ArrayList<>();
    for (Object job : listOf(prometheus, "scrape_configs")) {
      for (Object group : listOf(DockerFolder.map(job), "static_configs")) {
        listOf(DockerFolder.map(group), "targets").forEach(t -> targets.add(t.toString()));
      }
    }
    assertThat(targets).extracting(t -> t.substring(0, t.indexOf(':'))).hasSameElementsAs(SECTIONS);
    assertThat(targets)
        .allSatisfy(target ->
            assertThat(exposed(target.substring(0, target.indexOf(':'))))
                .contains(target.substring(target.indexOf(':') + 1)));
  }

  private static List<String> exposed(String server) {
    return List.of(
        Dockerfile.read(DockerFolder.docker().resolve(server + ".Dockerfile"))
            .onlyOfLastStage("EXPOSE")
            .split(" ", -1));
  }

  @Test
  void grafanaIsGivenSourcesAndBoardsThatFitTogether() throws IOException {
    Set<String> sources = new TreeSet<>();
    for (Object source :
        listOf(
            DockerFolder.yaml(folder.resolve("grafana/provisioning/datasources/tidewatch.yaml")),
            "datasources")) {
      Map<String, Object> of = DockerFolder.map(source);
      sources.add(part(of, "uid").toString());
      String host = part(of, "url").toString().replaceAll("^http://([a-z]+):\\d+$", "$1");
      assertThat(services).containsKey(host);
    }
    assertThat(sources).contains("prometheus");
    Set<String> declared = declaredMetrics();
    assertThat(declared).hasSizeGreaterThan(10);
    Set<String> boards = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder.resolve("grafana/dashboards"))) {
      for (Path file : files.sorted().toList()) {
        JsonNode board = JsonMapper.builder().build().readTree(file.toFile());
        assertThat(boards.add(board.path("uid").asText())).isTrue();
        for (JsonNode panel : board.path("panels")) {
          assertThat(panel.path("targets")).as(panel.path("title").asText()).isNotEmpty();
          for (JsonNode target : panel.path("targets")) {
            assertThat(sources).contains(target.path("datasource").path("uid").asText());
            METRIC
                .matcher(withoutLabels(target.path("expr").asText()))
                .results()
                .forEach(name ->
                    assertThat(isExported(name.group(), declared)).as(name.group()).isTrue());
          }
        }
      }
    }
    assertThat(boards).hasSize(2);
  }

  /** Label names look like metrics: what stands in braces or after by is left out. */
  private static String withoutLabels(String expression) {
    return expression.replaceAll("\\{[^}]*}", "").replaceAll("by \\([^)]*\\)", "");
  }

  private static boolean isExported(String metric, Set<String> declared) {
    // Those of the libraries, as a running server exports them.
    if (Set.of(
            "rpc_server_duration_milliseconds_bucket",
            "rpc_server_duration_milliseconds_count",
            "rpc_server_request_size_bytes_sum",
            "jvm_memory_used_bytes",
            "jvm_gc_duration_seconds_sum",
            "jvm_cpu_time_seconds_total",
            "jvm_thread_count")
        .contains(metric)) {
      return true;
    }
    return declared.contains(metric);
  }

  /** The names under which Prometheus sees what the servers' sources declare. */
  private static Set<String> declaredMetrics() throws IOException {
    Pattern declaration =
        Pattern.compile(
            "\\.(gauge|counter|histogram)Builder\\(\"(tidewatch\\.[a-z_.]+)\"\\)(.*?)\\.build",
            Pattern.DOTALL);
    Set<String> names = new TreeSet<>();
    for (String server : SECTIONS) {
      Path sources = DockerFolder.root().resolve(server + "-server/src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          declaration
              .matcher(Files.readString(file))
              .results()
              .forEach(
                  found -> names.addAll(exported(found.group(1), found.group(2), found.group(3))));
        }
      }
    }
    return names;
  }

  private static List<String> exported(String kind, String name, String settings) {
    String base = name.replace('.', '_');
    if (settings.contains("setUnit(\"s\")")) {
      base += "_seconds";
    } else if (settings.contains("setUnit(\"By\")")) {
      base += "_bytes";
    }
    return switch (kind) {
      case "counter" -> List.of(base + "_total");
      case "histogram" -> List.of(base + "_bucket", base + "_count", base + "_sum");
      default -> List.of(base);
    };
  }

  private static Object part(Map<String, Object> of, String key) {
    Object found = of.get(key);
    if (found == null) {
      throw new AssertionError("no " + key + " in " + of.keySet());
    }
    return found;
  }

  private static List<Object> listOf(Map<String, Object> of, String key) {
    return DockerFolder.list(of.getOrDefault(key, List.of()));
  }
}
