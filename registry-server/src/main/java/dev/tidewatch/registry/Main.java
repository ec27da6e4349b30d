package dev.tidewatch.registry;

import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.lifecycle.Shutdown;
import dev.tidewatch.serverkit.telemetry.Logging;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Runs a registry server until it is told to stop. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    RegistryConfig config =
        ConfigLoader.load(
            RegistryConfig.class, "registry", List.of("ingest", "inference", "monitor"), args);
    Logging.install(config.log());
    try (var shutdown = Shutdown.install();
        var server = RegistryServer.launch(config, InstantSource.system())) {
      LoggerFactory.getLogger(Main.class).info("The registry listens on {}", server.target());
      shutdown.await();
    }
  }
}
