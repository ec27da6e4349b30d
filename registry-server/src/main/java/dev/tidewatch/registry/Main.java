package dev.tidewatch.registry;

import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.lifecycle.Shutdown;
import java.time.InstantSource;
import java.util.List;

/** Runs a registry server until it is told to stop. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    RegistryConfig config =
        ConfigLoader.load(
            RegistryConfig.class, "registry", List.of("ingest", "inference", "monitor"), args);
    try (var shutdown = Shutdown.install();
        var server = RegistryServer.launch(config, InstantSource.system())) {
      System.out.println("registry listens on " + server.target());
      shutdown.await();
    }
  }
}
