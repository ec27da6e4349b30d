package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.crash.CampaignOptions.Outcome;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private final CampaignOptions options = new CampaignOptions();

  @Option(
      names = "--sabotage",
      paramLabel = "KIND",
      description =
          "Harm done behind the verifier's back, to see that it notices: lose-alias,"
              + " halve-version or tear-move.")
  private @Nullable RegistrySabotage sabotage;

  @Override
  public Integer call() throws Exception {
    return options.run("registry-crash", this::run);
  }

  private Outcome run(Path folder) throws Exception {
    RegistryRecord record =
        new RegistryCampaign(options.order(kills, sabotage), folder, System.err).run();
    return record.verdict().outcome(record.figures());
  }
}
