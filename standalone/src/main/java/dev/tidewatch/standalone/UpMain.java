package dev.tidewatch.standalone;

import dev.tidewatch.serverkit.config.ConfigException;
import dev.tidewatch.serverkit.lifecycle.Shutdown;
import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.LogFormat;
import dev.tidewatch.serverkit.telemetry.Logging;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code tidewatch up}: the four servers in one process, until SIGTERM or Ctrl-C. */
@Command(
    name = "tidewatch up",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description =
        "Starts ingest, registry, inference and monitor in one process, on an embedded PostgreSQL"
            + " that persists. Drains and stops on SIGTERM or Ctrl-C.",
    footer = {
      "",
      "Every setting of a server can be given too, as a flag (--ingest.grpc.threads=8), in the",
      "environment (TIDEWATCH_INGEST_GRPC_THREADS=8) or in a file (--config=FILE).",
      "",
      "Examples:",
      "  tidewatch up",
      "  tidewatch up --data /var/lib/tidewatch --keys /etc/tidewatch/keys",
      "  tidewatch up --ports 0,0,0,0 --json"
    })
public final class UpMain implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".tidewatch/data",
      description = "Folder of everything that lasts (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".tidewatch", "data");

  @Option(
      names = "--ports",
      paramLabel = "PORT",
      split = ",",
      arity = "1",
      description =
          "Ports of ingest, registry, inference and monitor; 0 is any free one"
              + " (default: 7410,7420,7430,7440).")
  private List<Integer> ports = List.of(7410, 7420, 7430, 7440);

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description =
          "File of API keys (see tidewatch keys); without it anybody on this machine may call.")
  private @Nullable Path keys;

  @Option(
      names = "--json",
      description = "Print the addresses as one line of JSON once everything is up.")
  private boolean json;

  @Unmatched private List<String> flags = new ArrayList<>();

  private UpMain() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new UpMain()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (ports.size() != 4) {
      System.err.println("--ports: expected four, such as 7410,7420,7430,7440");
      return 2;
    }
    var config =
        new StandaloneConfig(
            data,
            new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3)),
            Optional.ofNullable(keys),
            flags,
            System.getenv());
    Logging.install(new LogConfig(LogFormat.AUTO, LogConfig.Level.INFO));
    try (var shutdown = Shutdown.install();
        var standalone = Standalone.launch(config, InstantSource.system())) {
      System.out.println(json ? standalone.addresses().toJsonLine() : standalone.welcome());
      System.out.flush();
      shutdown.await();
      return 0;
    } catch (ConfigException | IllegalStateException | UncheckedIOException e) {
      System.err.println("tidewatch up: " + e.getMessage());
      return 1;
    }
  }
}
