package dev.tidewatch.monitor;

import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.lifecycle.Shutdown;
import dev.tidewatch.serverkit.telemetry.Logging;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Runs the monitor server until it is told to stop. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    MonitorConfig config =
        ConfigLoader.load(
            MonitorConfig.class, "monitor", List.of("ingest", "registry", "inference"), args);
    Logging.install(config.log());
    try (var shutdown = Shutdown.install();
        var server = MonitorServer.launch(config, InstantSource.system())) {
      LoggerFactory.getLogger(Main.class).info("The monitor listens on {}", server.target());
      shutdown.await();
    }
  }
}
