package dev.tidewatch.inference;

import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.lifecycle.Shutdown;
import java.time.InstantSource;
import java.util.List;

/** Starts the inference server and runs it until SIGTERM. */
public final class Main {
  private Main() {}

  static void main(String[] args) throws Exception {
    InferenceConfig config =
        ConfigLoader.load(
            InferenceConfig.class, "inference", List.of("ingest", "registry", "monitor"), args);
    try (var shutdown = Shutdown.install();
        var _ = InferenceServer.launch(config, InstantSource.system())) {
      shutdown.await();
    }
  }
}
