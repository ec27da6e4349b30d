package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.crash.CampaignOptions.Outcome;
import dev.tidewatch.standalone.figures.Figures;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private final CampaignOptions options = new CampaignOptions();

  @Option(
      names = "--sabotage",
      paramLabel = "KIND",
      description =
          "Harm done behind the verifier's back, to see that it notices: LOSE_PREDICTION or"
              + " LOSE_TRANSITION.")
  private @Nullable MonitorSabotage sabotage;

  @Override
  public Integer call() throws Exception {
    return options.run("monitor-crash", this::run);
  }

  private Outcome run(Path folder) throws Exception {
    var campaign = new MonitorCampaign(options.order(kills, sabotage), folder, System.err);
    Figures figures = campaign.run();
    return campaign.verdict().outcome(figures);
  }
}
