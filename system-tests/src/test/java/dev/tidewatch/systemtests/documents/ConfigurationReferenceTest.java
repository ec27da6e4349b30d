package dev.tidewatch.systemtests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.inference.InferenceConfig;
import dev.tidewatch.ingest.IngestConfig;
import dev.tidewatch.monitor.MonitorConfig;
import dev.tidewatch.registry.RegistryConfig;
import dev.tidewatch.serverkit.config.ConfigReference;
import dev.tidewatch.standalone.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * docs/reference/configuration.md says what the configuration records say. With the system property
 * {@code tidewatch.documents.write} (as {@code ./tidewatch docs} sets it) the file is written anew.
 */
class ConfigurationReferenceTest {
  private static final Path FILE =
      Path.of("").toAbsolutePath().resolveSibling("docs").resolve("reference/configuration.md");

  private static final String HEAD =
      """
      # Configuration

      Generated from the configuration records by `./tidewatch docs`.

      A setting is looked for among the flags (`--ingest.grpc.port=7410`), then in the environment (`TIDEWATCH_INGEST_GRPC_PORT`),
      then in the YAML file named by `--config` or `TIDEWATCH_CONFIG`; then the default holds. A key that no server knows is refused with
      the nearest one that it does know, and everything that is wrong is said at once. OpenTelemetry's own variables (`OTEL_*`) hold too.

      """;

  @Test
  void theReferenceSaysWhatTheRecordsSay() throws IOException {
    Map<String, Class<? extends Record>> servers = new LinkedHashMap<>();
    servers.put("ingest", IngestConfig.class);
    servers.put("registry", RegistryConfig.class);
    servers.put("inference", InferenceConfig.class);
    servers.put("monitor", MonitorConfig.class);
    var text = new StringBuilder(HEAD);
    servers.forEach((name, type) ->
        text.append("## ")
            .append(name)
            .append("-server\n\n")
            .append(ConfigReference.markdown(type, name)));
    text.append("## trainer (of standalone)\n\n")
        .append(ConfigReference.markdown(TrainerConfig.class, "trainer"));
    if (Boolean.getBoolean("tidewatch.documents.write")) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, text);
    }
    assertThat(FILE).as("run ./tidewatch docs").exists();
    assertThat(Files.readString(FILE)).as("run ./tidewatch docs").isEqualTo(text.toString());
  }
}
