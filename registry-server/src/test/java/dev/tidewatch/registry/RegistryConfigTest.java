package dev.tidewatch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.ConfigException;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.config.Secret;
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
                ArtifactsConfig.Store.DISK,
                Path.of("data/artifacts"),
                new S3Config(
                    Optional.empty(),
                    "",
                    Optional.empty(),
                    "us-east-1",
                    false,
                    Optional.empty(),
                    Secret.NONE,
                    Duration.ofSeconds(30)),
                Optional.empty(),
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
  void aBucketIsNeededForS3AndBoundsTheSize() {
    Map<String, String> settings = new HashMap<>(LEAST);
    settings.put("artifacts.store", "s3");
    assertThatThrownBy(() -> ConfigLoader.with(RegistryConfig.class, settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("s3.bucket");
    settings.put("artifacts.s3.bucket", "models");
    assertThat(ConfigLoader.with(RegistryConfig.class, settings).artifacts().store())
        .isEqualTo(ArtifactsConfig.Store.S3);
    settings.put("artifacts.size-max", "6GiB");
    assertThatThrownBy(() -> ConfigLoader.with(RegistryConfig.class, settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("size-max");
  }

  @Test
  void refusesWhatCannotWork() {
    for (String setting :
        new String[] {
          "artifacts.size-max=0",
          "artifacts.open-uploads-max=0",
          "artifacts.sweep-interval=0s",
          "artifacts.s3.timeout=0s",
          "artifacts.s3.prefix=models",
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
          .hasMessageContaining(
              setting.substring(setting.lastIndexOf('.') + 1, setting.indexOf('=')));
    }
  }
}
