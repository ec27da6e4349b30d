package dev.tidewatch.standalone;

import dev.tidewatch.inference.InferenceConfig;
import dev.tidewatch.inference.InferenceServer;
import dev.tidewatch.ingest.IngestConfig;
import dev.tidewatch.ingest.IngestServer;
import dev.tidewatch.monitor.MonitorConfig;
import dev.tidewatch.monitor.MonitorServer;
import dev.tidewatch.registry.RegistryConfig;
import dev.tidewatch.registry.RegistryServer;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.serverkit.database.EmbeddedConfig;
import dev.tidewatch.serverkit.database.EmbeddedDatabase;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * The four servers and a trainer in one process, wired by hand: the same code, migrations and
 * sockets as in four processes, on a PostgreSQL that this process starts. Opened top to bottom,
 * closed bottom to top.
 */
public final class Standalone implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String CODE_VERSION = "standalone";

  /** For what other replicas commit: here are none, and a server knows its own commits at once. */
  private static final String OTHERS_INTERVAL = "1s";

  private final CloseStack opened;
  private final Addresses addresses;
  private final Path data;

  private Standalone(CloseStack opened, Addresses addresses, Path data) {
    this.opened = opened;
    this.addresses = addresses;
    this.data = data;
  }

  /**
   * Starts everything; returns when all four answer.
   *
   * @param clock the domain clock of all four
   * @throws IllegalStateException if another process uses the data folder
   * @throws UncheckedIOException if the folder cannot be made or a port is taken
   */
  public static Standalone launch(StandaloneConfig config, InstantSource clock) {
    var opened = new CloseStack();
    try {
      Path data = folder(config.data().toAbsolutePath());
      var database =
          opened.push(EmbeddedDatabase.start(EmbeddedConfig.in(folder(data.resolve("database")))));
      var serviceKey =
          config
              .keysFile()
              .map(file -> ServiceKey.of(data, file, InstantSource.system()))
              .orElseGet(ServiceKey::none);
      var settings = new ServerSettings(config, database.url(), serviceKey);
      var ports = config.ports();

      var ingest =
          opened.push(
              IngestServer.launch(
                  settings.load(
                      IngestConfig.class,
                      "ingest",
                      ports.ingest(),
                      Map.of("feed.poll-interval", OTHERS_INTERVAL)),
                  clock));
      var toIngest = settings.peer("ingest", target(ingest.port()));

      var registry =
          opened.push(
              RegistryServer.launch(
                  settings.load(
                      RegistryConfig.class,
                      "registry",
                      ports.registry(),
                      Map.of(
                          "artifacts.folder",
                          folder(data.resolve("artifacts")).toString(),
                          "watch.poll-interval",
                          OTHERS_INTERVAL)),
                  clock));

      var ofMonitor = new HashMap<>(toIngest);
      ofMonitor.putAll(settings.peer("registry", target(registry.port())));
      var monitor =
          opened.push(
              MonitorServer.launch(
                  settings.load(MonitorConfig.class, "monitor", ports.monitor(), ofMonitor),
                  clock));

      var ofInference = new HashMap<>(ofMonitor);
      ofInference.putAll(settings.peer("monitor", target(monitor.port())));
      ofInference.put("data-folder", folder(data.resolve("inference")).toString());
      var inference =
          opened.push(
              InferenceServer.launch(
                  settings.load(InferenceConfig.class, "inference", ports.inference(), ofInference),
                  clock));

      var addresses =
          new Addresses(
              new Endpoint(HOST, ingest.port()),
              new Endpoint(HOST, registry.port()),
              new Endpoint(HOST, inference.port()),
              new Endpoint(HOST, monitor.port()),
              database.url());
      TrainerConfig trainer = settings.loadTrainer();
      if (trainer.enabled()) {
        opened.push(
            StandaloneWorker.start(
                trainer,
                addresses
                    .connection()
                    .withApiKey(serviceKey.text().isEmpty() ? null : serviceKey.text()),
                CODE_VERSION,
                clock));
      }
      return new Standalone(opened, addresses, data);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  private static Path folder(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + path + " cannot be made", e);
    }
  }

  private static String target(int port) {
    return HOST + ":" + port;
  }

  public Addresses addresses() {
    return addresses;
  }

  /** What a person wants to know first: where everything is. */
  public String welcome() {
    return """
    Tidewatch is up.
      ingest     %s
      registry   %s
      inference  %s
      monitor    %s
      database   %s
      data in    %s
    Stop with Ctrl-C.\
    """
        .formatted(
            addresses.ingest(),
            addresses.registry(),
            addresses.inference(),
            addresses.monitor(),
            addresses.databaseUrl(),
            data);
  }

  /** Drains and stops: inference first, the database last. */
  @Override
  public void close() {
    opened.close();
  }
}
