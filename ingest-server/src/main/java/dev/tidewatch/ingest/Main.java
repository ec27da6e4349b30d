package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.lifecycle.Shutdown;
import dev.tidewatch.serverkit.telemetry.Logging;
import java.time.InstantSource;
import java.util.List;

/** Runs the ingest server as a process of its own. */
public final class Main {
  private Main() {}

  /** Serves until SIGTERM. */
  public static void main(String[] args) throws InterruptedException {
    IngestConfig config =
        ConfigLoader.load(
            IngestConfig.class, "ingest", List.of("registry", "inference", "monitor"), args);
    Logging.install(config.log());
    try (var shutdown = Shutdown.install();
        var _ = IngestServer.launch(config, InstantSource.system())) {
      shutdown.await();
    }
  }
}
