package dev.tidewatch.standalone;

import dev.tidewatch.cli.Main;
import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.LogFormat;
import dev.tidewatch.serverkit.telemetry.Logging;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What the archive of loaded classes is recorded from, which the JVM then starts from in a third of
 * the processor time ({@code -XX:AOTCacheOutput}; {@code ./tidewatch} does so after a build): the
 * servers start on an empty folder, some commands are run against them, and everything stops.
 */
public final class StartRecordingMain {
  private static final List<List<String>> COMMANDS =
      List.of(List.of("--help"), List.of("series", "list"), List.of("models", "list"));

  private StartRecordingMain() {}

  /**
   * @param args a folder, which the caller removes afterwards
   */
  public static void main(String[] args) {
    Logging.install(new LogConfig(LogFormat.AUTO, LogConfig.Level.WARN));
    int code = 0;
    var config = StandaloneConfig.in(Path.of(args[0])).withPorts(Ports.FREE);
    try (var standalone = Standalone.launch(config, InstantSource.system())) {
      for (List<String> command : COMMANDS) {
        code = Math.max(code, run(command, standalone.addresses()));
      }
    }
    System.exit(code);
  }

  private static int run(List<String> command, Addresses addresses) {
    var arguments = new ArrayList<>(command);
    arguments.addAll(
        List.of(
            "--ingest", addresses.ingest().toString(),
            "--registry", addresses.registry().toString(),
            "--inference", addresses.inference().toString(),
            "--monitor", addresses.monitor().toString()));
    var output = new ByteArrayOutputStream();
    try (var out = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      int code = Main.run(arguments.toArray(String[]::new), out, out);
      if (code != 0) {
        System.err.println(command + ": " + output.toString(StandardCharsets.UTF_8));
      }
      return code;
    }
  }
}
