package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.crash.CrashCampaign.Order;
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

/** {@code ./tidewatch bench crash}. */
@Command(
    name = "crash",
    mixinStandardHelpOptions = true,
    description = {
      "Kills server, clients and database (SIGKILL) and cuts connections at random instants while",
      "readings stream in, then counts what was lost, doubled or is missing from the feed.",
      "Exit code 0: nothing. 1: something, or a process did not recover."
    })
public final class CrashCommand implements Callable<Integer> {
  /** For the list of benches. */
  public static final String PURPOSE =
      "kills and cuts amid the stream: what is lost, doubled or missing from the feed";

  private static final double IN_FLIGHT_SHARE_MIN = 0.8;

  /** Below this many kills the share is left to chance. */
  private static final int IN_FLIGHT_KILLS_MIN = 20;

  @Option(
      names = "--kills",
      defaultValue = "100",
      description =
          "Processes to kill: a third each servers, clients, databases (default: ${DEFAULT-VALUE})."
              + " Connections are cut besides.")
  private int kills;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of readings, kinds and delays (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--sabotage",
      paramLabel = "KIND",
      description =
          "Harm done behind the verifier's back, to see that it notices: drop-one or double-one.")
  private @Nullable Sabotage sabotage;

  @Option(
      names = "--timescale",
      description = {
        "Use a database on the server of TIDEWATCH_TIMESCALE_URL. That server lives on: its",
        "connections are terminated instead."
      })
  private boolean timescale;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "File that the JSON line is appended to (default: benchmarks/results.jsonl).")
  private @Nullable Path results;

  @Override
  public Integer call() throws Exception {
    Optional<String> url = Optional.empty();
    if (timescale) {
      url = Optional.ofNullable(System.getenv("TIDEWATCH_TIMESCALE_URL"));
      if (url.isEmpty()) {
        System.err.println("--timescale: TIDEWATCH_TIMESCALE_URL is not set");
        return 2;
      }
    }
    Path folder = Files.createTempDirectory("tidewatch-crash-");
    CampaignRecord record;
    try {
      record =
          new CrashCampaign(
                  new Order(kills, seed, Optional.ofNullable(sabotage), url), folder, System.err)
              .run();
    } catch (Exception e) {
      System.err.println("the logs of the campaign are in " + folder);
      throw e;
    }
    delete(folder);
    return report(record);
  }

  private int report(CampaignRecord record) throws IOException {
    Verdict verdict = record.verdict();
    verdict.faults().forEach(fault -> System.err.println("fault: " + fault));
    Figures figures = record.figures();
    figures
        .asMap()
        .forEach((key, value) ->
            System.out.printf(
                Locale.ROOT,
                value == Math.rint(value) ? "%-28s %,15.0f%n" : "%-28s %,15.2f%n",
                key.replace('_', ' '),
                value));
    String json = figures.toJsonLine("crash", MachineDescription.here());
    Path file = results;
    if (file == null) {
      file = Path.of(System.getProperty("tidewatch.home", "."), "benchmarks", "results.jsonl");
    }
    Files.writeString(file, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.out.println(json);
    if (!verdict.isClean()) {
      System.err.println("NOT exactly once");
      return 1;
    }
    if (record.kills() >= IN_FLIGHT_KILLS_MIN && record.inFlightShare() < IN_FLIGHT_SHARE_MIN) {
      System.err.println("too few kills with something in flight: the campaign shows too little");
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
