package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./tidewatch bench monitor-crash}. */
@Command(
    name = "monitor-crash",
    mixinStandardHelpOptions = true,
    description = {
      "Kills the monitor (SIGKILL) at random instants while predictions are recorded, anomalies raise",
      "alerts, and webhooks are told of them; then looks for what was lost or doubled.",
      "Exit code 0: nothing. 1: something, or the monitor did not come back."
    })
public final class MonitorCrashCommand implements Callable<Integer> {
  /** For the list of benches. */
  public static final String PURPOSE =
      "kills of the monitor amid predictions, alerts and webhooks: what is lost or doubled";

  @Option(
      names = "--kills",
      defaultValue = "20",
      description = "Kills (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the instants (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--sabotage",
      paramLabel = "KIND",
      description =
          "Harm done behind the verifier's back, to see that it notices: LOSE_PREDICTION or"
              + " LOSE_TRANSITION.")
  private @Nullable MonitorSabotage sabotage;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "File that the JSON line is appended to (default: benchmarks/results.jsonl).")
  private @Nullable Path results;

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-monitor-crash-");
    var campaign =
        new MonitorCampaign(kills, seed, Optional.ofNullable(sabotage), folder, System.err);
    Figures figures;
    try {
      figures = campaign.run();
    } catch (Exception e) {
      System.err.println("the log of the monitor is in " + folder);
      throw e;
    }
    delete(folder);
    return report(campaign.verdict(), figures);
  }

  private int report(MonitorVerdict verdict, Figures figures) throws IOException {
    verdict.faults().forEach(fault -> System.err.println("fault: " + fault));
    figures
        .asMap()
        .forEach((key, value) ->
            System.out.printf(
                Locale.ROOT,
                value == Math.rint(value) ? "%-28s %,15.0f%n" : "%-28s %,15.2f%n",
                key.replace('_', ' '),
                value));
    String json = figures.toJsonLine("monitor-crash", MachineDescription.here());
    Path file = results;
    if (file == null) {
      file = Path.of(System.getProperty("tidewatch.home", "."), "benchmarks", "results.jsonl");
    }
    Files.writeString(file, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.out.println(json);
    if (!verdict.isClean()) {
      System.err.println("NOT whole");
      return 1;
    }
    return 0;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
