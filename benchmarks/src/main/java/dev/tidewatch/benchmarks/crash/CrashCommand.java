package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.crash.CampaignOptions.Outcome;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private final CampaignOptions options = new CampaignOptions();

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
    Optional<String> timescaleUrl = url;
    return options.run("crash", folder -> run(folder, timescaleUrl));
  }

  private Outcome run(Path folder, Optional<String> timescaleUrl) throws Exception {
    CampaignRecord record =
        new CrashCampaign(options.order(kills, sabotage), timescaleUrl, folder, System.err).run();
    return new Outcome(record.verdict().faults(), record.figures(), failure(record));
  }

  private static Optional<String> failure(CampaignRecord record) {
    if (!record.verdict().isClean()) {
      return Optional.of("NOT exactly once");
    }
    if (record.kills() >= IN_FLIGHT_KILLS_MIN && record.inFlightShare() < IN_FLIGHT_SHARE_MIN) {
      return Optional.of("too few kills with something in flight: the campaign shows too little");
    }
    return Optional.empty();
  }
}
