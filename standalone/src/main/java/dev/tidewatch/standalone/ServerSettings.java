package dev.tidewatch.standalone;

import dev.tidewatch.serverkit.config.ConfigLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the configuration records of the four servers: what standalone decides as presets, then the
 * file, the environment and the flags that its user gave.
 */
final class ServerSettings {
  private static final List<String> SECTIONS =
      List.of("ingest", "registry", "inference", "monitor", "trainer");

  private final StandaloneConfig config;
  private final String databaseUrl;
  private final ServiceKey serviceKey;

  ServerSettings(StandaloneConfig config, String databaseUrl, ServiceKey serviceKey) {
    this.config = config;
    this.databaseUrl = databaseUrl;
    this.serviceKey = serviceKey;
  }

  /**
   * The record of one server.
   *
   * @param section such as {@code ingest}
   * @param port where it listens; its metrics are one above
   * @param own what only this server has, by key without the section
   */
  <T extends Record> T load(Class<T> type, String section, int port, Map<String, String> own) {
    var presets = new HashMap<String, String>();
    presets.put("grpc.port", Integer.toString(port));
    presets.put("database.url", databaseUrl);
    presets.put("telemetry.metrics-port", Integer.toString(port == 0 ? 0 : port + 1));
    if (config.keysFile().isPresent()) {
      presets.put("security.auth", "api-keys");
      presets.put("security.keys-file", config.keysFile().get().toAbsolutePath().toString());
    } else {
      presets.put("security.auth", "off");
    }
    presets.putAll(own);
    var full = new HashMap<String, String>();
    presets.forEach((key, value) -> full.put(section + "." + key, value));
    return ConfigLoader.of(type, section)
        .presets(full)
        .environment(config.environment())
        .flags(config.flags())
        .otherSections(SECTIONS)
        .load();
  }

  /** The record of the worker. */
  TrainerConfig loadTrainer() {
    return ConfigLoader.of(TrainerConfig.class, "trainer")
        .environment(config.environment())
        .flags(config.flags())
        .otherSections(SECTIONS)
        .load();
  }

  /**
   * How a server reaches another one: {@code ingest.target} and, with keys, {@code ingest.api-key}.
   */
  Map<String, String> peer(String name, String target) {
    return serviceKey.text().isEmpty()
        ? Map.of(name + ".target", target)
        : Map.of(name + ".target", target, name + ".api-key", serviceKey.text());
  }
}
