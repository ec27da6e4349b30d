package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.crash.RegistryCampaign.Order;
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

/** {@code ./tidewatch bench registry-crash}. */
@Command(
    name = "registry-crash",
    mixinStandardHelpOptions = true,
    description = {
      "Kills the registry (SIGKILL) at random instants of uploads, promotions and rollbacks, then",
      "looks for half versions, lost or torn aliases, and anything acknowledged that is gone.",
      "Exit code 0: nothing. 1: something, or the registry did not come back."
    })
public final class RegistryCrashCommand implements Callable<Integer> {
  /** For the list of benches. */
  public static final String PURPOSE =
      "kills of the registry amid uploads, promotions and rollbacks: what is half or lost";

  @Option(
      names = "--kills",
      defaultValue = "48",
      description =
          "Kills: a third each amid uploads, promotions, rollbacks (default: ${DEFAULT-VALUE}). Those"
              + " that come too late are repeated, at most as many again.")
  private int kills;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of files, order and delays (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--sabotage",
      paramLabel = "KIND",
      description =
          "Harm done behind the verifier's back, to see that it notices: lose-alias,"
              + " halve-version or tear-move.")
  private @Nullable RegistrySabotage sabotage;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "File that the JSON line is appended to (default: benchmarks/results.jsonl).")
  private @Nullable Path results;

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-registry-crash-");
    RegistryRecord record;
    try {
      record =
          new RegistryCampaign(
                  new Order(kills, seed, Optional.ofNullable(sabotage)), folder, System.err)
              .run();
    } catch (Exception e) {
      System.err.println("the log of the registry is in " + folder);
      throw e;
    }
    delete(folder);
    return report(record);
  }

  private int report(RegistryRecord record) throws IOException {
    record.verdict().faults().forEach(fault -> System.err.println("fault: " + fault));
    Figures figures = record.figures();
    figures
        .asMap()
        .forEach((key, value) ->
            System.out.printf(
                Locale.ROOT,
                value == Math.rint(value) ? "%-28s %,15.0f%n" : "%-28s %,15.2f%n",
                key.replace('_', ' '),
                value));
    String json = figures.toJsonLine("registry-crash", MachineDescription.here());
    Path file = results;
    if (file == null) {
      file = Path.of(System.getProperty("tidewatch.home", "."), "benchmarks", "results.jsonl");
    }
    Files.writeString(file, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.out.println(json);
    if (!record.verdict().isClean()) {
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
