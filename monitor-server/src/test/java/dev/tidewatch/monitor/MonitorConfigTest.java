package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.serverkit.config.ConfigException;
import dev.tidewatch.serverkit.config.ConfigLoader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonitorConfigTest {
  private static MonitorConfig with(Map<String, String> settings) {
    var all =
        new HashMap<>(
            Map.of("database.url", "jdbc:postgresql://db/tidewatch", "security.auth", "off"));
    all.putAll(settings);
    return ConfigLoader.with(MonitorConfig.class, all);
  }

  @Test
  void defaultsAreThoseOfTheHouse() {
    MonitorConfig config = with(Map.of());

    assertThat(config.grpc().port()).isEqualTo(7440);
    assertThat(config.ingest().target()).isEqualTo("localhost:7410");
    assertThat(config.registry().target()).isEqualTo("localhost:7420");
    assertThat(config.feedShards()).isEqualTo(16);
    assertThat(config.joinInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(config.watchersMax()).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource({
    "feed-shards, 0",
    "feed-shards, 1025",
    "join-batch, 0",
    "watchers-max, 0",
    "analytics-max, 0",
    "join-interval, 0s",
    "lease-term, 10ms",
    "watch-interval, 0s",
    "retrain-interval, 0s",
    "query-deadline, 1ms",
    "trial-interval, 0s"
  })
  void whatIsOutOfBoundsIsRefusedByName(String key, String value) {
    assertThatThrownBy(() -> with(Map.of(key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key);
  }
}
