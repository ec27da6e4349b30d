package dev.tidewatch.inference;

import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.lifecycle.Shutdown;
import dev.tidewatch.serverkit.telemetry.Logging;
import java.time.InstantSource;
import java.util.List;

/** Starts the inference server and runs it until SIGTERM. */
public final class Main {
  private Main() {}

  /** Serves until SIGTERM. */
  public static void main(String[] args) throws InterruptedException {
    InferenceConfig config =
        ConfigLoader.load(
            InferenceConfig.class, "inference", List.of("ingest", "registry", "monitor"), args);
    Logging.install(config.log());
    try (var shutdown = Shutdown.install();
        var _ = InferenceServer.launch(config, InstantSource.system())) {
      shutdown.await();
    }
  }
}
