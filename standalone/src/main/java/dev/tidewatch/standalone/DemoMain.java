package dev.tidewatch.standalone;

import dev.tidewatch.serverkit.lifecycle.Shutdown;
import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.LogFormat;
import dev.tidewatch.serverkit.telemetry.Logging;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.standalone.demo.Demo;
import dev.tidewatch.standalone.demo.DemoOptions;
import dev.tidewatch.standalone.drift.DriftDemo;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tidewatch demo}: a simulated building shows the whole system at work. */
@Command(
    name = "tidewatch demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Starts the four servers and a simulated building of 14 series. Sends 90 days of its history,",
      "trains and assigns models, then streams live on an accelerated clock, in which sensors fail at",
      "times that only the generator knows. Forecasts are joined with what happened, anomalies are",
      "compared with the faults.",
      "With --scenario drift, four halls change their shifts instead, and the loop closes: alert,",
      "training, gate, canary, promotion; then two bad models are sent against gate and canary."
    },
    footer = {
      "",
      "Figures (--once --json; also in the summary):",
      "  mae, energy_mape   of the standing forecasts of the electricity meter, in kW and percent",
      "  coverage           share of all joined values inside their 90 %% intervals",
      "  faults_found       listed by the monitor within an hour of domain time, a drift within 24",
      "  false_alarms       runs of anomalies that no fault of their series explains",
      "  forecast_ms_*      of Forecast calls by name, asked while everything else goes on",
      "  reading_to_anomaly_ms_*  from the client's append to the watcher of the anomaly log",
      "Figures of --scenario drift:",
      "  retrains, gate_refusals, canary_rollbacks, promotions  what the loop did by itself",
      "  mape_before, mape_during, mape_after  percent over a day; during is the worst",
      "  bad_refused, deceiver_rolled_back     1 if the two bad models did not get through",
      "",
      "Examples:",
      "  tidewatch demo",
      "  tidewatch demo --once --json --seed 7",
      "  tidewatch demo --once --scenario drift --json",
      "  tidewatch demo --traces"
    })
public final class DemoMain implements Callable<Integer> {
  @Option(names = "--once", description = "End after the scenario, with exit code 0.")
  private boolean once;

  @Option(
      names = "--json",
      description = "Print only a line of figures to standard output, the rest to standard error.")
  private boolean json;

  /** What is played. */
  enum Scenario {
    FAULTS,
    DRIFT
  }

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      description = "faults (sensors fail) or drift (the building changes its ways) (faults).")
  private Scenario scenario = Scenario.FAULTS;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides weather, people and faults (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--factor",
      paramLabel = "X",
      description =
          "Seconds of the building in a second of yours (default: 3600; 12000 with --once).")
  private @Nullable Double factor;

  @Option(names = "--traces", description = "Start a Zipkin too and print the address of a trace.")
  private boolean traces;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Empty folder that keeps the data (default: one that is deleted at the end).")
  private @Nullable Path data;

  @Option(
      names = "--free-ports",
      description =
          "Listen on any free ports instead of 7410, 7420, 7430 and 7440 (always with --once).")
  private boolean freePorts;

  private DemoMain() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new DemoMain()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    String jar = System.getProperty("tidewatch.zipkin.jar", "");
    if (traces && scenario == Scenario.DRIFT) {
      System.err.println("--traces: goes with --scenario faults");
      return 2;
    }
    if (traces && jar.isEmpty()) {
      System.err.println("--traces: start it as ./tidewatch demo --traces, which fetches Zipkin");
      return 2;
    }
    double usual =
        once || scenario == Scenario.DRIFT ? DemoOptions.FACTOR_ONCE : DemoOptions.FACTOR_WATCHING;
    var options =
        new DemoOptions(
            once,
            json,
            seed,
            factor == null ? usual : factor,
            traces ? Optional.of(Path.of(jar)) : Optional.empty(),
            Optional.ofNullable(data),
            once || freePorts ? Ports.FREE : Ports.USUAL);
    Logging.install(new LogConfig(LogFormat.TEXT, LogConfig.Level.WARN));
    try (var shutdown = Shutdown.install()) {
      var main = Thread.currentThread();
      Thread.ofVirtual()
          .start(() -> {
            try {
              shutdown.await();
              main.interrupt();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      switch (scenario) {
        case FAULTS -> new Demo(options, InstantSource.system(), System.out, System.err).run();
        case DRIFT -> new DriftDemo(options, InstantSource.system(), System.out, System.err).run();
      }
      return 0;
    } catch (InterruptedException e) {
      return once ? 130 : 0;
    }
  }
}
