package dev.tidewatch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.ConfigException;
import dev.tidewatch.serverkit.config.ConfigLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistryConfigTest {
  private static final Map<String, String> LEAST =
      Map.of("security.auth", "off", "database.url", "jdbc:postgresql://localhost/tidewatch");

  @Test
  void hasTheseDefaults() {
    RegistryConfig config = ConfigLoader.with(RegistryConfig.class, LEAST);
    assertThat(config.grpc().port()).isEqualTo(7420);
    assertThat(config.telemetry().metricsPort()).isEqualTo(Optional.of(7421));
    assertThat(config.artifacts())
        .isEqualTo(
            new ArtifactsConfig(
                Path.of("data/artifacts"),
                ByteSize.ofMebibytes(2048),
                64,
                Duration.ofHours(24),
                Duration.ofHours(1),
                Duration.ofHours(1)));
    assertThat(config.watch())
        .isEqualTo(
            new WatchConfig(
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                Duration.ofSeconds(30),
                256,
                200,
                10_000));
  }

  @Test
  void refusesWhatCannotWork() {
    for (String setting :
        new String[] {
          "artifacts.size-max=0",
          "artifacts.open-uploads-max=0",
          "artifacts.sweep-interval=0s",
          "watch.heartbeat-interval=0s",
          "watch.watchers-max=0",
          "watch.revisions-kept=0",
          "watch.part-items=1001",
          "watch.part-item=10"
        }) {
      Map<String, String> settings = new HashMap<>(LEAST);
      settings.put(
          setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
      assertThatThrownBy(() -> ConfigLoader.with(RegistryConfig.class, settings))
          .as(setting)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(setting.substring(setting.indexOf('.') + 1, setting.indexOf('=')));
    }
  }
}
