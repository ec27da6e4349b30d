package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.ResultsFile;
import dev.tidewatch.benchmarks.TemporaryFolder;
import dev.tidewatch.standalone.figures.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every campaign is told on the command line, and how its outcome is told. */
final class CampaignOptions {
  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of all that is random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "File that the JSON line is appended to (default: benchmarks/results.jsonl).")
  private @Nullable Path results;

  /** A campaign that keeps databases and logs in a folder. */
  @FunctionalInterface
  interface Campaign {
    Outcome run(Path folder) throws Exception;
  }

  /**
   * What came of a campaign.
   *
   * @param faults for people
   * @param failure what it failed by; empty if it did not
   */
  record Outcome(List<String> faults, Figures figures, Optional<String> failure) {}

  <S extends Enum<S>> CampaignOrder<S> order(int kills, @Nullable S sabotage) {
    return new CampaignOrder<>(kills, seed, Optional.ofNullable(sabotage));
  }

  /** Runs it in a folder of its own, and answers the exit code. */
  int run(String name, Campaign campaign) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-" + name + "-");
    Outcome outcome;
    try {
      outcome = campaign.run(folder);
    } catch (Exception e) {
      System.err.println("the logs of the campaign are in " + folder);
      throw e;
    }
    TemporaryFolder.delete(folder);
    tell(name, outcome);
    if (outcome.failure().isPresent()) {
      System.err.println(outcome.failure().get());
      return 1;
    }
    return 0;
  }

  private void tell(String name, Outcome outcome) throws IOException {
    outcome.faults().forEach(fault -> System.err.println("fault: " + fault));
    outcome
        .figures()
        .asMap()
        .forEach((key, value) ->
            System.out.printf(
                Locale.ROOT,
                value == Math.rint(value) ? "%-28s %,15.0f%n" : "%-28s %,15.2f%n",
                key.replace('_', ' '),
                value));
    ResultsFile.add(ResultsFile.orUsual(results), name, outcome.figures(), System.out);
  }
}
